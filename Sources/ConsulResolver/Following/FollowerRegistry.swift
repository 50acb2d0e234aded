// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

/// Everybody who follows a service through one resolver, so that they can be ended with it.
final class FollowerRegistry: Sendable {
    private struct State: Sendable {
        var tasks: [UInt64: Task<Void, Never>] = [:]
        var next: UInt64 = 0
        var isShutDown = false
    }

    private let state = NIOLockedValueBox(State())

    /// Lets a follower run until nobody reads what it finds, or the resolver is shut down.
    func start(_ follower: ServiceFollower, endingWith output: AsyncStream<Resolution>.Continuation) {
        let task: Task<Void, Never>? = state.withLockedValue { state in
            guard !state.isShutDown else { return nil }
            let id = state.next
            state.next += 1
            let task = Task {
                await follower.run()
                output.finish()
                self.remove(id)
            }
            state.tasks[id] = task
            return task
        }
        guard let task else { return output.finish() }
        output.onTermination = { _ in task.cancel() }
    }

    /// Ends all followers and returns when they are done.
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
