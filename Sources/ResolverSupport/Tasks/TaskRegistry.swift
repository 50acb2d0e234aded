// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

/// Tasks that run independently of their callers, and that end with the owner of the registry.
package final class TaskRegistry: Sendable {
    private struct State: Sendable {
        var tasks: [UInt64: Task<Void, Never>] = [:]
        var next: UInt64 = 0
        var isShutDown = false
    }

    private let state = NIOLockedValueBox(State())

    /// A registry without tasks.
    package init() {}

    /// Starts a task.
    ///
    /// - Returns: `nil` after ``shutdown()``.
    @discardableResult
    package func start(_ operation: @escaping @Sendable () async -> Void) -> Task<Void, Never>? {
        state.withLockedValue { state in
            guard !state.isShutDown else { return nil }
            let id = state.next
            state.next += 1
            let task = Task {
                await operation()
                self.remove(id)
            }
            state.tasks[id] = task
            return task
        }
    }

    /// True if no task is running.
    package var isEmpty: Bool { state.withLockedValue { $0.tasks.isEmpty } }

    /// True once ``shutdown()`` has begun.
    package var isShutDown: Bool { state.withLockedValue { $0.isShutDown } }

    /// Cancels all tasks and returns when they have ended.
    package func shutdown() async {
        let tasks = state.withLockedValue { state in
            state.isShutDown = true
            return Array(state.tasks.values)
        }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }

    private func remove(_ id: UInt64) {
        state.withLockedValue { $0.tasks[id] = nil }
    }
}
