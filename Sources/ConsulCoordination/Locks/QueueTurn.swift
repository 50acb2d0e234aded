// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// Decides how a session waits in the queue of a lock, or in those of several locks, until it is the first in each.
///
/// A pure value. A place in the queue of `KEY` is the key `KEY/.queue/SESSION`, which the session holds, and Consul's log
/// orders the places by their creation (`CreateIndex`). A session waits for the place before its own only. The holder of
/// the lock keeps its place until its release deletes it, so that each hand-over wakes one waiter. One transaction takes
/// the places in all queues, so they have the same order in each, and no two sessions wait for each other.
///
/// Places are held by the session of the lock itself, with its behavior `release`: a second session would cost a second
/// renewal, and could outlive the first one; and the behavior `delete` would also delete the lock's key, on which the
/// lock-delay keeps other programs away. So the end of a session releases its place, and does not delete it. That wakes
/// the session behind it, which sees that no session holds the place, and deletes it. If the caller has chosen `delete`,
/// the deletion wakes it in the same way.
package struct QueueTurn: Acquisition {
    typealias State = [KeyValueEntry]
    /// Queues know no conflict.
    typealias Problem = Never
    typealias Action = AcquisitionAction<Never>

    /// The pause after a refused deletion of places.
    static let deletionPause = Duration.milliseconds(100)
    /// The pause after a refusal with unknown words.
    static let unknownRefusalPause = Duration.seconds(1)
    /// The number of places of ended sessions that one transaction deletes.
    static let deletionLimit = 32

    private let keys: [String]
    private let session: String
    /// The number of queues in which the session is the first.
    private var passed = 0
    private var hasPlaces = false
    private var backoff = Backoff(initial: .milliseconds(100), maximum: .seconds(5), jitter: .half)

    private(set) var failures = 0
    private(set) var reason: CoordinationError.Reason?
    private(set) var mayHold = false

    /// - Parameter keys: The keys of the locks, at least one, without duplicates.
    init(_ keys: [String], session: String) {
        (self.keys, self.session) = (keys, session)
    }

    /// Returns the key of a session's place in the queue of a lock.
    static func place(of session: String, for key: String) -> String { "\(folder(of: key))\(session)" }

    /// Returns the operations that leave the queues.
    static func leaving(_ keys: [String], _ session: String) -> [KeyValueTransaction.Operation] {
        keys.map { .delete(place(of: session, for: $0)) }
    }

    /// The prefix of the places in the queue of a lock.
    package static func folder(of key: String) -> String { "\(key)/.queue/" }
}

// MARK: - Events

extension QueueTurn {
    mutating func resumed() -> Action {
        guard hasPlaces else {
            mayHold = true
            let places = keys.map { Self.place(of: session, for: $0) }
            return .acquire(
                KeyValueTransaction(places.map { .lock($0, [], flags: LockAcquisition.flags, session: session) })
            )
        }
        return passed < keys.count ? .read(Self.folder(of: keys[passed])) : .hold([:])
    }

    mutating func observed(_ entries: [KeyValueEntry], at key: String) -> Action {
        answered()
        guard passed < keys.count, key == Self.folder(of: keys[passed]) else {
            // The place before this session's own.
            return entries.contains { $0.key == key && $0.session != nil } ? .watch(key) : resumed()
        }
        let place = Self.place(of: session, for: keys[passed])
        guard let own = entries.first(where: { $0.key == place && $0.session == session }) else {
            // Another program has deleted it. The new place is the last one.
            (hasPlaces, passed) = (false, 0)
            return resumed()
        }
        let ahead = entries.filter { $0.createIndex < own.createIndex }
        let ended = ahead.filter { $0.session == nil }
        if !ended.isEmpty {
            return .acquire(
                KeyValueTransaction(
                    ended.prefix(Self.deletionLimit).map { .delete($0.key, ifUnchangedSince: $0.modifyIndex) }
                )
            )
        }
        if let previous = ahead.max(by: { $0.createIndex < $1.createIndex }) {
            reason = .held
            return .watch(previous.key)
        }
        passed += 1
        return resumed()
    }

    mutating func acquired(_: [KeyValueEntry]) -> Action {
        answered()
        hasPlaces = true
        return resumed()
    }

    mutating func refused(_ refusal: TransactionRefusal) -> Action {
        answered()
        if let words = refusal.denial { return .deny(words) }
        for failure in refusal.failures {
            let words = failure.reason
            if words.contains("invalid session") { return .replaceSession }
        }
        // Another session has deleted a place first.
        if hasPlaces { return .pause(Self.deletionPause) }
        // No other session takes this session's place, so only a version with other rules refuses it.
        reason = .held
        return .pause(Self.unknownRefusalPause)
    }

    mutating func failed(chance: Double) -> Action {
        failures += 1
        reason = .unavailable
        return .pause(backoff.next(chance: chance))
    }

    static func error(for problem: Never) -> CoordinationError {}

    private mutating func answered() {
        failures = 0
        backoff.reset()
    }
}
