// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import consul_resolve

@Suite("A wait that is bounded")
struct BoundedTests {
    @Test("ends with the work")
    func done() async {
        let isDone = WatchedValue(false)
        await Bounded.wait(atMost: .seconds(3600)) { isDone.update { $0 = true } }
        #expect(isDone.current)
    }

    @Test("ends without the work when the time is up, also when the work does not heed its cancellation")
    func late() async throws {
        let release = WatchedValue(false)
        let isDone = WatchedValue(false)
        await Bounded.wait(atMost: .milliseconds(1)) {
            // Not cancelled with the task that waits.
            await Task { _ = try? await release.wait { $0 } }.value
            isDone.update { $0 = true }
        }
        #expect(!isDone.current)
        release.update { $0 = true }
        try await isDone.wait("the work to be done", within: .seconds(20)) { $0 }
    }
}
