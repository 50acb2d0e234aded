// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

/// Where one loop meets those who watch: it holds the latest update and nothing older, however slow they are.
final class WatchChannel<Value: Sendable>: Sendable {
    /// What a subscriber is handed.
    enum Delivery: Sendable {
        case update(WatchUpdate<Value>, version: UInt64)
        /// Nothing will follow: because of an error, or because somebody wanted it so.
        case end(ConsulHTTPError?)
    }

    private typealias Waiter = CheckedContinuation<Delivery, Never>

    private struct State: Sendable {
        var update = WatchUpdate<Value>()
        /// Counts the updates that were news; 0 before the first.
        var version: UInt64 = 0
        /// The first comes with the channel: a loop must not end before anybody could join.
        var subscribers = 1
        var waiters: [UInt64: Waiter] = [:]
        var nextWaiter: UInt64 = 0
        var isOver = false
        var error: ConsulHTTPError?

        /// What somebody who has seen that much is to be handed now. The last update comes before the end.
        func delivery(after seen: UInt64) -> Delivery? {
            if version > seen { return .update(update, version: version) }
            return isOver ? .end(error) : nil
        }

        mutating func takeWaiters() -> [Waiter] {
            defer { waiters = [:] }
            return Array(waiters.values)
        }
    }

    private let state = NIOLockedValueBox(State())
}

// MARK: - The loop's side

extension WatchChannel {
    /// Replaces the update, and wakes everybody if it is news.
    func publish(_ update: WatchUpdate<Value>, isNews: Bool) {
        let (waiters, version) = state.withLockedValue { state in
            state.update = update
            guard isNews else { return ([Waiter](), state.version) }
            state.version += 1
            return (state.takeWaiters(), state.version)
        }
        for waiter in waiters { waiter.resume(returning: .update(update, version: version)) }
    }

    /// Whether somebody is subscribed. If not, nobody will be any more.
    func isWatched() -> Bool {
        state.withLockedValue { state in
            if state.subscribers == 0 { state.isOver = true }
            return !state.isOver
        }
    }
}

extension WatchChannel: WatchEnding {
    func finish(throwing error: ConsulHTTPError?) {
        let (waiters, error) = state.withLockedValue { state in
            if !state.isOver { (state.isOver, state.error) = (true, error) }
            return (state.takeWaiters(), state.error)
        }
        for waiter in waiters { waiter.resume(returning: .end(error)) }
    }
}

// MARK: - The subscribers' side

extension WatchChannel {
    /// Adds a subscriber, unless the loop has ended.
    func join() -> Bool {
        state.withLockedValue { state in
            if !state.isOver { state.subscribers += 1 }
            return !state.isOver
        }
    }

    /// Takes a subscriber away.
    func leave() {
        state.withLockedValue { $0.subscribers -= 1 }
    }

    /// Waits for an update newer than the one that was seen. Ends without an error when the task is cancelled.
    func next(after seen: UInt64) async -> Delivery {
        let id = state.withLockedValue { state in
            defer { state.nextWaiter += 1 }
            return state.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { enroll($0, as: id, after: seen) }
        } onCancel: {
            state.withLockedValue { $0.waiters.removeValue(forKey: id) }?.resume(returning: .end(nil))
        }
    }

    private func enroll(_ waiter: Waiter, as id: UInt64, after seen: UInt64) {
        let delivery: Delivery? = state.withLockedValue { state in
            // The cancellation handler may have run before there was a waiter; the flag is set before it runs.
            if Task.isCancelled { return .end(nil) }
            if let delivery = state.delivery(after: seen) { return delivery }
            state.waiters[id] = waiter
            return nil
        }
        if let delivery { waiter.resume(returning: delivery) }
    }
}
