// SPDX-License-Identifier: Apache-2.0

/// A watch of data in Consul: its current state, and each change from then on.
///
/// ```swift
/// for try await update in watch {
///     if let value = update.value { use(value) }
///     if let error = update.interruption { print("may be out of date: \(error)") }
/// }
/// ```
///
/// A watch is a description: it sends no query before it is iterated, and it can be iterated repeatedly and by many
/// tasks at once. All iterators of the same data share one blocking query, and a later iterator receives the latest
/// update at once. When the last iterator is gone, the query in flight is left to end by itself, because the agent
/// would keep its slot anyway; an iterator that starts in the meantime (within a minute) joins it.
///
/// A non-blocking read about every three seconds detects changes that end no blocking query: a leader that is lost or
/// elected (``QueryMetadata/leader``), and a token that may no longer read.
///
/// Updates are whole states. A slow iterator receives only the latest one, and delays no other.
public struct ConsulWatch<Value: Sendable>: AsyncSequence, Sendable {
    /// Returns a subscription; `nil` if the client has been shut down.
    let subscribe: @Sendable () -> WatchSubscription<Value>?

    private var tellsRepetitions = false

    init(subscribe: @escaping @Sendable () -> WatchSubscription<Value>?) {
        self.subscribe = subscribe
    }

    /// The same watch, which also reports each answer and each failure that changes nothing: about one a minute without
    /// changes, and up to ten a second if Consul ends blocking queries without need.
    package var withRepetitions: ConsulWatch<Value> {
        var watch = self
        watch.tellsRepetitions = true
        return watch
    }

    /// Subscribes to the watch. The subscription ends when the iterator is deinitialized.
    public func makeAsyncIterator() -> Iterator {
        Iterator(subscription: subscribe(), tellsRepetitions: tellsRepetitions)
    }
}

extension ConsulWatch {
    /// The iterator of one subscriber.
    public struct Iterator: AsyncIteratorProtocol {
        private var subscription: WatchSubscription<Value>?
        private var error: ConsulHTTPError?
        private var seen: UInt64 = 0
        private let tellsRepetitions: Bool

        init(subscription: WatchSubscription<Value>?, tellsRepetitions: Bool) {
            self.subscription = subscription
            self.tellsRepetitions = tellsRepetitions
            if subscription == nil { error = ConsulHTTPError(.closed, "the client has been shut down") }
        }

        /// Waits for the next update: on the first call for any update, later for a newer one.
        ///
        /// - Returns: The update; `nil` if the task was canceled, or if the client was shut down in the meantime.
        /// - Throws: The error that ended the watch, once; later calls return `nil`. A watch ends if Consul rejects the
        ///   query as invalid and has never answered it, or if the client was shut down before the iteration began. All
        ///   other failures are transient, and reported as ``WatchUpdate/interruption``.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(ConsulHTTPError) -> WatchUpdate<Value>? {
            guard let channel = subscription?.channel else { return try end(error) }
            switch await channel.next(after: seen, tellsRepetitions: tellsRepetitions) {
            case .update(let update, let version):
                seen = version
                return update
            case .end(let error):
                return try end(error)
            }
        }

        private mutating func end(_ last: ConsulHTTPError?) throws(ConsulHTTPError) -> WatchUpdate<Value>? {
            (subscription, error) = (nil, nil)
            if let last { throw last }
            return nil
        }
    }
}
