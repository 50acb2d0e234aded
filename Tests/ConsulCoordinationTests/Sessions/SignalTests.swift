// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import TestSupport
import Testing

/// One event and the tasks that wait for it.
struct SignalTests {
    @Test func `All waiters and all later callers receive the first value`() async {
        let signal = Signal<Int>()
        await withTaskGroup(of: Int?.self) { group in
            for _ in 0..<20 { group.addTask { await signal.wait() } }
            group.addTask {
                signal.send(1)
                signal.send(2)
                return 1
            }
            for await value in group { #expect(value == 1) }
        }
        #expect(await signal.wait() == 1)
        #expect(signal.current == 1)
    }

    @Test func `A canceled waiter returns without a value`() async throws {
        let signal = Signal<Int>()
        let task = Task<Int?, any Error> { await signal.wait() }
        task.cancel()
        #expect(try await task.value(within: .seconds(20)) == nil)
        #expect(signal.current == nil)
    }
}
