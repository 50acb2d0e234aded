// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import ResolverSupport

/// An event that happens at most once, and that tasks can wait for.
package final class Signal<Value: Sendable>: Sendable {
    private struct State: Sendable {
        var value: Value?
        var waiters = WaiterList<Value?>()
    }

    private let state = NIOLockedValueBox(State())

    package init() {}

    /// The value of the event; `nil` before it.
    package var current: Value? { state.withLockedValue { $0.value } }

    /// Reports the event. The first report counts.
    package func send(_ value: Value) {
        let calls = state.withLockedValue { state in
            if state.value != nil { return [] as [WaiterList<Value?>.Call] }
            state.value = value
            return state.waiters.settleAll(with: value)
        }
        for call in calls { call.resume() }
    }

    /// Waits for the event.
    ///
    /// - Returns: The value; `nil` as soon as the task is canceled.
    package func wait() async -> Value? {
        let place = state.withLockedValue { $0.value == nil ? $0.waiters.enter() : nil }
        guard let place else { return current }
        return await WaiterList.value { continuation in
            state.withLockedValue { $0.waiters.wait(continuation, at: place) }
        } onCancel: {
            state.withLockedValue { $0.waiters.settle(place, with: nil) }
        }
    }
}
