// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

/// A value behind a lock. Tasks can wait until it meets a condition.
///
/// It makes sleeps and polling unnecessary in tests: every change resumes exactly the tasks with a condition that it meets.
package final class WatchedValue<Value: Sendable>: Sendable {
    private struct Waiter: Sendable {
        let isSatisfied: @Sendable (Value) -> Bool
        let continuation: CheckedContinuation<Value, any Error>
    }

    private struct State: Sendable {
        var value: Value
        var waiters: [UInt64: Waiter] = [:]
        var nextWaiter: UInt64 = 0
    }

    private let state: NIOLockedValueBox<State>

    /// Starts with the given value.
    package init(_ value: Value) {
        state = NIOLockedValueBox(State(value: value))
    }

    /// The current value.
    package var current: Value {
        state.withLockedValue { $0.value }
    }

    /// Changes the value, then resumes the tasks with a condition that it now meets.
    @discardableResult
    package func update<Output>(_ change: (inout Value) throws -> Output) rethrows -> Output {
        var satisfied: [Waiter] = []
        var value: Value?
        // Resumed outside the lock: a continuation may run its task at once, and that task may call this object again.
        defer {
            if let value { satisfied.forEach { $0.continuation.resume(returning: value) } }
        }
        return try state.withLockedValue { state in
            let output = try change(&state.value)
            for (id, waiter) in state.waiters where waiter.isSatisfied(state.value) {
                state.waiters[id] = nil
                satisfied.append(waiter)
            }
            value = state.value
            return output
        }
    }

    /// Waits until the value meets the condition and returns it as it was at that moment.
    ///
    /// The condition runs under the lock, so it must depend only on the value it receives.
    package func wait(until condition: @escaping @Sendable (Value) -> Bool) async throws -> Value {
        let id = state.withLockedValue { state in
            defer { state.nextWaiter += 1 }
            return state.nextWaiter
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enroll(Waiter(isSatisfied: condition, continuation: continuation), as: id)
            }
        } onCancel: {
            let waiter = state.withLockedValue { $0.waiters.removeValue(forKey: id) }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Waits like ``wait(until:)``, and throws ``DeadlineExceeded`` when the time limit passes.
    @discardableResult
    package func wait(
        _ awaited: String,
        within limit: Duration,
        fileID: String = #fileID,
        line: UInt = #line,
        until condition: @escaping @Sendable (Value) -> Bool
    ) async throws -> Value {
        try await withDeadline(limit, awaited, fileID: fileID, line: line) {
            try await self.wait(until: condition)
        }
    }

    private func enroll(_ waiter: Waiter, as id: UInt64) {
        let answer: Result<Value, any Error>? = state.withLockedValue { state in
            // The cancellation handler may have run before the waiter was added. The task's flag is set before the
            // handler runs.
            if Task.isCancelled { return .failure(CancellationError()) }
            if waiter.isSatisfied(state.value) { return .success(state.value) }
            state.waiters[id] = waiter
            return nil
        }
        if let answer { waiter.continuation.resume(with: answer) }
    }
}
