// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import ResolverSupport

/// Connects one loop with its subscribers. It holds the latest update only, however slow the subscribers are.
final class WatchChannel<Value: Sendable>: Sendable {
    /// The result of a subscriber's wait.
    enum Delivery: Sendable {
        case update(WatchUpdate<Value>, version: UInt64)
        /// The end of the watch: with an error, or after a shutdown or a cancellation.
        case end(ConsulHTTPError?)
    }

    private struct State: Sendable {
        var update = WatchUpdate<Value>()
        /// The number of updates; 0 before the first.
        var version: UInt64 = 0
        /// The version of the last update that was news.
        var lastNews: UInt64 = 0
        /// The first subscriber is created with the channel: otherwise the loop might end before it could join.
        var subscribers = 1
        /// The subscribers that wait for an update. The impatient ones receive repetitions, too.
        var waiters = WaiterList<Delivery>()
        var isOver = false
        var error: ConsulHTTPError?

        /// Returns the delivery for a subscriber that has seen version `seen`. The last update comes before the end.
        func delivery(after seen: UInt64, tellsRepetitions: Bool) -> Delivery? {
            guard (tellsRepetitions ? version : lastNews) > seen else { return isOver ? .end(error) : nil }
            var update = update
            update.isRepetition = lastNews <= seen
            return .update(update, version: version)
        }
    }

    private let state = NIOLockedValueBox(State())
}

// MARK: - The loop's side

extension WatchChannel {
    /// Replaces the update. Wakes all subscribers if it is news; otherwise only those that also receive repetitions.
    func publish(_ update: WatchUpdate<Value>, isNews: Bool) {
        let calls = state.withLockedValue { state in
            state.update = update
            state.version += 1
            if isNews { state.lastNews = state.version }
            // A waiter has seen every update before this one.
            var told = update
            told.isRepetition = !isNews
            let delivery = Delivery.update(told, version: state.version)
            return isNews
                ? state.waiters.settleAll(with: delivery) : state.waiters.settleImpatient(with: delivery)
        }
        for call in calls { call.resume() }
    }

    /// True if there are subscribers at the moment.
    var hasSubscribers: Bool { state.withLockedValue { $0.subscribers > 0 } }

    /// Returns true if there are subscribers. If there are none, the channel ends and accepts no more.
    func isWatched() -> Bool {
        state.withLockedValue { state in
            if state.subscribers == 0 { state.isOver = true }
            return !state.isOver
        }
    }
}

extension WatchChannel: WatchEnding {
    func finish(throwing error: ConsulHTTPError?) {
        let calls = state.withLockedValue { state in
            if !state.isOver { (state.isOver, state.error) = (true, error) }
            return state.waiters.settleAll(with: .end(state.error))
        }
        for call in calls { call.resume() }
    }
}

// MARK: - The subscribers' side

extension WatchChannel {
    /// Adds a subscriber. Returns false if the loop has ended.
    func join() -> Bool {
        state.withLockedValue { state in
            if !state.isOver { state.subscribers += 1 }
            return !state.isOver
        }
    }

    /// Removes a subscriber.
    func leave() {
        state.withLockedValue { $0.subscribers -= 1 }
    }

    /// Waits for an update newer than `seen`. Returns an end without an error if the task is canceled.
    ///
    /// - Parameter tellsRepetitions: True to return also updates that are not news.
    func next(after seen: UInt64, tellsRepetitions: Bool = false) async -> Delivery {
        guard !Task.isCancelled else { return .end(nil) }
        let (delivery, place) = state.withLockedValue { state in
            let delivery = state.delivery(after: seen, tellsRepetitions: tellsRepetitions)
            return (delivery, delivery == nil ? state.waiters.enter(isPatient: !tellsRepetitions) : nil)
        }
        guard let place else { return delivery ?? .end(nil) }
        return await WaiterList.value { continuation in
            state.withLockedValue { $0.waiters.wait(continuation, at: place) }
        } onCancel: {
            state.withLockedValue { $0.waiters.settle(place, with: .end(nil)) }
        }
    }
}

/// A ``WatchChannel`` of any value, for the code that ends it.
protocol WatchEnding: AnyObject, Sendable {
    /// Ends the watch for all subscribers. The first end counts.
    func finish(throwing error: ConsulHTTPError?)
}

/// One subscriber's place in a channel, which ends at deinitialization.
final class WatchSubscription<Value: Sendable>: Sendable {
    let channel: WatchChannel<Value>

    /// Takes over a subscriber that the channel has counted already.
    init(_ channel: WatchChannel<Value>) {
        self.channel = channel
    }

    deinit {
        channel.leave()
    }
}
