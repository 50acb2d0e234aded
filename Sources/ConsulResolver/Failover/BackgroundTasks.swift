// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

/// Tasks that nobody waits for, until all are ended.
final class BackgroundTasks: Sendable {
    private struct State: Sendable {
        var tasks: [UInt64: Task<Void, Never>] = [:]
        var next: UInt64 = 0
        var isShutDown = false
    }

    private let state = NIOLockedValueBox(State())

    /// Runs an operation, unless it is too late for that.
    func start(_ operation: @escaping @Sendable () async -> Void) {
        state.withLockedValue { state in
            guard !state.isShutDown else { return }
            let id = state.next
            state.next += 1
            // It cannot remove itself before it is there: the lock is held until then.
            state.tasks[id] = Task {
                await operation()
                self.remove(id)
            }
        }
    }

    /// Cancels all and returns when they are done.
    func shutdown() async {
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
