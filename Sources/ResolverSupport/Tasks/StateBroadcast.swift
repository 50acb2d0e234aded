// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import ServiceLifecycle

/// A state with subscribers, each of which receives the newest value. One task updates it.
package final class StateBroadcast<Value: Equatable & Sendable>: Sendable {
    private typealias Continuation = AsyncStream<Value>.Continuation

    private struct State: Sendable {
        var value: Value
        var subscribers: [UInt64: Continuation] = [:]
        var next: UInt64 = 0
        var isFinished = false
    }

    private let state: NIOLockedValueBox<State>

    package init(_ value: Value) {
        state = NIOLockedValueBox(State(value: value))
    }

    /// The present value.
    package var current: Value { state.withLockedValue { $0.value } }

    /// Changes the value.
    ///
    /// - Returns: The value before.
    @discardableResult
    package func update(_ change: (inout Value) -> Void) -> Value {
        let (before, after, subscribers) = state.withLockedValue { state in
            let before = state.value
            change(&state.value)
            return (before, state.value, before == state.value ? [] : Array(state.subscribers.values))
        }
        for subscriber in subscribers { subscriber.yield(after) }
        return before
    }

    /// Ends all sequences.
    package func finish() {
        let subscribers = state.withLockedValue { state in
            state.isFinished = true
            defer { state.subscribers = [:] }
            return Array(state.subscribers.values)
        }
        for subscriber in subscribers { subscriber.finish() }
    }

    /// Returns a sequence of the present value and each later one.
    package func subscribe() -> AsyncStream<Value> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Value.self,
            bufferingPolicy: .bufferingNewest(1)
        )
        let (id, isFinished) = state.withLockedValue { state in
            // No task waits for the stream yet, so no task is resumed under the lock.
            continuation.yield(state.value)
            state.next += 1
            if !state.isFinished { state.subscribers[state.next] = continuation }
            return (state.next, state.isFinished)
        }
        if isFinished { continuation.finish() }
        continuation.onTermination = { [weak self] _ in
            _ = self?.state.withLockedValue { $0.subscribers.removeValue(forKey: id) }
        }
        return stream
    }

    /// Returns when the sequences have ended, when the task is canceled, or when its service group shuts down.
    package func waitForEnd() async {
        await cancelWhenGracefulShutdown { [self] in
            for await _ in subscribe() {}
        }
    }
}
