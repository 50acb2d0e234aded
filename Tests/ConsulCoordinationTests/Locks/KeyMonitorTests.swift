// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulCoordination

/// The evidence of a loss, without requests.
struct KeyMonitorTests {
    private func entry(session: String?, flags: UInt64 = LockAcquisition.flags, index: UInt64) -> KeyValueEntry {
        var entry = KeyValueEntry(key: "a", value: [], flags: flags)
        (entry.session, entry.modifyIndex) = (session, index)
        return entry
    }

    @Test func `Other sessions, no session and no key are evidence`() {
        var monitor = KeyMonitor(session: "mine", token: 10)
        #expect(monitor.observed(entry(session: "mine", index: 10), index: 10) == nil)
        #expect(monitor.observed(entry(session: "other", index: 12), index: 12) == .keyTaken)
        #expect(monitor.observed(entry(session: nil, index: 12), index: 12) == .keyReleased)
        #expect(monitor.observed(nil, index: 12) == .keyDeleted)
    }

    @Test func `A state from before the acquisition is no evidence`() {
        var monitor = KeyMonitor(session: "mine", token: 10)
        #expect(monitor.observed(nil, index: 9) == nil)
        #expect(monitor.observed(entry(session: "other", index: 9), index: 9) == nil)
        #expect(monitor.observed(entry(session: nil, index: 10), index: 10) == nil)
        #expect(monitor.observed(entry(session: nil, index: 11), index: 11) == .keyReleased)
    }

    @Test func `An absence without an index is no evidence, because it is not Consul's answer`() {
        var monitor = KeyMonitor(session: "mine", token: 10)
        #expect(monitor.observed(entry(session: "mine", index: 10), index: 10) == nil)
        #expect(monitor.observed(nil, index: nil) == nil)
    }

    @Test func `After a restored snapshot a lower index is evidence, because the watch has shown the lock before`() {
        var monitor = KeyMonitor(session: "mine", token: 10)
        #expect(monitor.observed(entry(session: "mine", index: 10), index: 10) == nil)
        #expect(monitor.observed(entry(session: "other", index: 3), index: 3) == .keyTaken)
    }

    // L25
    @Test func `A write without a session is no loss (L25)`() {
        var monitor = KeyMonitor(session: "mine", token: 10)
        #expect(monitor.observed(entry(session: "mine", flags: 0, index: 12), index: 12) == nil)
        #expect(monitor.isOverwritten)
        #expect(monitor.observed(entry(session: "mine", index: 13), index: 13) == nil)
        #expect(!monitor.isOverwritten)
    }
}
