// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulResolver
@testable import EndpointProbing

struct WakeSignalTests {
    @Test func `A wake signal keeps one ring for a later waiter`() async throws {
        let wakeSignal = WakeSignal()
        wakeSignal.ring()
        wakeSignal.ring()
        try await withDeadline(.seconds(30)) { await wakeSignal.wait() }
        let second = Task { await wakeSignal.wait() }
        second.cancel()
        try await withDeadline(.seconds(30)) { await second.value }
    }

    @Test func `A wake signal releases a canceled waiter, and works for the next one`() async throws {
        let wakeSignal = WakeSignal()
        for _ in 0..<200 {
            let waiter = Task { await wakeSignal.wait() }
            waiter.cancel()
            try await withDeadline(.seconds(30)) { await waiter.value }
        }
        let waiter = Task { await wakeSignal.wait() }
        wakeSignal.ring()
        try await withDeadline(.seconds(30)) { await waiter.value }
    }
}
