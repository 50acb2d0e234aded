// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import consul_resolve

struct BoundedTests {
    @Test func `A bounded wait ends with the work`() async {
        let isDone = WatchedValue(false)
        await Bounded.wait(atMost: .seconds(3600)) { isDone.update { $0 = true } }
        #expect(isDone.current)
    }

    @Test
    func `A bounded wait ends when the time is up, also if the work ignores its cancellation`() async throws {
        let release = WatchedValue(false)
        let isDone = WatchedValue(false)
        await Bounded.wait(atMost: .milliseconds(1)) {
            // Not canceled with the task that waits.
            await Task { _ = try? await release.wait { $0 } }.value
            isDone.update { $0 = true }
        }
        #expect(!isDone.current)
        release.update { $0 = true }
        try await isDone.wait("the work to be done", within: .seconds(20)) { $0 }
    }
}
