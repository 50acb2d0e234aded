// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import Testing

@testable import ConsulCoordination

/// The record of a semaphore, and the evidence in it, without requests.
struct SemaphoreRecordTests {
    private func entry(_ text: String, index: UInt64 = 9) -> KeyValueEntry {
        var entry = KeyValueEntry(key: "s/.lock", value: Array(text.utf8), flags: SemaphoreRecord.flags)
        entry.modifyIndex = index
        return entry
    }

    // S14
    @Test func `A record is written as the Go client writes it (S14)`() {
        let record = SemaphoreRecord(limit: 2, holders: ["b", "a"])
        #expect(String(decoding: record.stored, as: UTF8.self) == #"{"Limit":2,"Holders":{"a":true,"b":true}}"#)
        let empty = SemaphoreRecord(limit: 3)
        #expect(String(decoding: empty.stored, as: UTF8.self) == #"{"Limit":3,"Holders":{}}"#)
    }

    @Test(arguments: [
        #"{"Limit":2,"Holders":{"a":true,"b":true}}"#,
        #" { "Holders" : {"b":false,"a":true}, "Other": [1], "Limit" : 2 } "#,
    ])
    func `A record is read whatever its order, and further members are ignored`(text: String) throws {
        let record = try SemaphoreRecord(entry(text))
        #expect(record == SemaphoreRecord(limit: 2, holders: ["a", "b"]))
    }

    @Test func `A record of the Go client without holders has none`() throws {
        let record = try SemaphoreRecord(entry(#"{"Limit":1,"Holders":null}"#))
        #expect(record == SemaphoreRecord(limit: 1))
    }

    // S15
    @Test(arguments: ["", "x", "null", "[]", "{}", #"{"Limit":0,"Holders":{}}"#, #"{"Limit":2,"Holders":{"a":true}"#])
    func `Other values are no records (S15)`(text: String) {
        #expect(throws: JSONError.self) { try SemaphoreRecord(entry(text)) }
    }

    @Test func `A record without the session, an empty one and an absent one are evidence of a loss`() {
        var monitor = SlotMonitor(session: "mine", token: 9)
        #expect(monitor.observed(entry(#"{"Limit":2,"Holders":{"mine":true}}"#), index: 9) == nil)
        #expect(monitor.observed(entry(#"{"Limit":2,"Holders":{"other":true}}"#, index: 10), index: 10) == .keyReleased)
        #expect(monitor.observed(entry("", index: 10), index: 10) == .keyReleased)
        #expect(monitor.observed(nil, index: 10) == .keyDeleted)
    }

    @Test
    func `A state from before the acquisition, an absence without an index and a value that is no record are none`() {
        var monitor = SlotMonitor(session: "mine", token: 9)
        #expect(monitor.observed(nil, index: 8) == nil)
        #expect(monitor.observed(nil, index: nil) == nil)
        #expect(monitor.observed(entry(#"{"Limit":2,"Holders":{}}"#, index: 8), index: 8) == nil)
        #expect(monitor.observed(entry("overwritten", index: 12), index: 12) == nil)
        // After a restored snapshot, indexes are lower.
        #expect(monitor.observed(entry(#"{"Limit":2,"Holders":{}}"#, index: 3), index: 3) == .keyReleased)
    }
}
