// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulResolver
@testable import EndpointProbing

struct WakeSignalTests {
    @Test func `A doorbell keeps one ring for a later waiter`() async throws {
        let doorbell = WakeSignal()
        doorbell.ring()
        doorbell.ring()
        try await withDeadline(.seconds(30)) { await doorbell.wait() }
        let second = Task { await doorbell.wait() }
        second.cancel()
        try await withDeadline(.seconds(30)) { await second.value }
    }

    @Test func `A doorbell releases a canceled waiter, and works for the next one`() async throws {
        let doorbell = WakeSignal()
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
