// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulResolver

struct DoorbellTests {
    @Test func `keeps one ring for whoever comes late`() async throws {
        let doorbell = Doorbell()
        doorbell.ring()
        doorbell.ring()
        try await withDeadline(.seconds(30)) { await doorbell.wait() }
        let second = Task { await doorbell.wait() }
        second.cancel()
        try await withDeadline(.seconds(30)) { await second.value }
    }

    @Test func `lets go of whoever is cancelled, and works for the next`() async throws {
        let doorbell = Doorbell()
        for _ in 0..<200 {
            let waiter = Task { await doorbell.wait() }
            waiter.cancel()
            try await withDeadline(.seconds(30)) { await waiter.value }
        }
        let waiter = Task { await doorbell.wait() }
        doorbell.ring()
        try await withDeadline(.seconds(30)) { await waiter.value }
    }
}
