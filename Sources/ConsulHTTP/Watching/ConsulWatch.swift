// SPDX-License-Identifier: Apache-2.0

/// Something in Consul that is watched: the state it is in, and each change from then on.
///
/// ```swift
/// for try await update in watch {
///     if let value = update.value { use(value) }
///     if let error = update.interruption { print("may be out of date: \(error)") }
/// }
/// ```
///
/// A watch is a description: nothing is asked until it is iterated, and it can be iterated again and by many at once.
/// All who watch the same share one question to Consul, and who comes later gets the latest update at once. When the
/// last one leaves, the question that is under way is left to run out, because the agent would keep its slot anyway; who
/// comes back meanwhile (within a minute) finds it waiting.
///
/// What is no change to Consul is looked for by a plain read about every three seconds: a leader that is lost or back
/// (``QueryMetadata/leader``), and a token that may no longer read.
///
/// Updates are whole states. Who is slow sees only the latest, and holds up nobody.
public struct ConsulWatch<Value: Sendable>: AsyncSequence, Sendable {
    /// The state at one moment.
    public typealias Element = WatchUpdate<Value>

    /// What ends a watch: a question that makes no sense to Consul and has never been answered, or a client that was shut
    /// down before the iteration began. All other failures are passing, and told as ``WatchUpdate/interruption``.
    public typealias Failure = ConsulHTTPError

    /// A subscription, unless the client has been shut down.
    let subscribe: @Sendable () -> WatchSubscription<Value>?

    private var tellsRepetitions = false

    init(subscribe: @escaping @Sendable () -> WatchSubscription<Value>?) {
        self.subscribe = subscribe
    }

    /// The same watch, which also tells each answer and each failure that changes nothing: about one a minute while all
    /// is quiet, and up to ten a second where Consul wakes blocking queries without need.
    package var withRepetitions: ConsulWatch<Value> {
        var watch = self
        watch.tellsRepetitions = true
        return watch
    }

    /// Begins to watch. It ends when the iterator is let go.
    public func makeAsyncIterator() -> Iterator {
        Iterator(subscription: subscribe(), tellsRepetitions: tellsRepetitions)
    }
}
