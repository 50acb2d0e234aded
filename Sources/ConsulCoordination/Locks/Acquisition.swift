// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP

/// The decisions by which a session acquires its object: the keys of locks, a slot of a semaphore, the turn in a queue.
///
/// A pure value: events go in, and the next action comes out. ``Contention`` carries the actions out.
protocol Acquisition: Sendable {
    /// A state of a key, or of all keys with a prefix.
    associatedtype State: AcquisitionState
    /// A reason in the stored data for which the acquisition cannot succeed.
    associatedtype Problem: Hashable, Sendable

    /// The number of requests in a row that failed.
    var failures: Int { get }
    /// The reason that the acquisition has not succeeded yet.
    var reason: CoordinationError.Reason? { get }
    /// True if a transaction may have been applied without its answer having arrived.
    var mayHold: Bool { get }

    /// Begins, or goes on after a pause.
    mutating func resumed() -> AcquisitionAction<Problem>
    /// Handles a state that a read or a watch has shown.
    mutating func observed(_ state: State, at key: String) -> AcquisitionAction<Problem>
    /// Handles the entries that a transaction returned: it was applied.
    mutating func acquired(_ entries: [KeyValueEntry]) -> AcquisitionAction<Problem>
    /// Handles the refusal of the transaction.
    mutating func refused(_ refusal: TransactionRefusal) -> AcquisitionAction<Problem>
    /// Handles a failed request, after which Consul may or may not have applied the transaction.
    ///
    /// - Parameter chance: A random number from 0 to 1.
    mutating func failed(chance: Double) -> AcquisitionAction<Problem>

    /// Returns the error for a problem.
    static func error(for problem: Problem) -> CoordinationError
}

/// The next action of an ``Acquisition``.
package enum AcquisitionAction<Problem: Hashable & Sendable>: Hashable, Sendable {
    /// Read this key or prefix consistently, then call `observed`.
    case read(String)
    /// Commit this transaction.
    case acquire(KeyValueTransaction)
    /// Wait for the next state of this key or prefix that a watch shows, then call `observed`.
    case watch(String)
    /// Let this time pass, then call `resumed`.
    case pause(Duration)
    /// The acquisition has succeeded, with these fencing tokens.
    case hold([String: UInt64])
    /// The session does not exist any more.
    case replaceSession
    /// The stored data does not allow the acquisition.
    case conflict(Problem)
    /// Consul refuses for lack of a permission.
    case deny(String)

    /// True if time passes before the next request.
    var isWait: Bool {
        switch self {
        case .watch, .pause: true
        default: false
        }
    }
}

/// A state that an acquisition reads and watches: the entry of one key, or the entries of a prefix.
protocol AcquisitionState: Equatable, Sendable {
    static func read(_ key: String, in store: KeyValueStore) async throws -> ConsulAnswer<Self>
    static func watch(_ key: String, in store: KeyValueStore) throws -> ConsulWatch<Self>
}

extension KeyValueEntry?: AcquisitionState {
    static func read(_ key: String, in store: KeyValueStore) async throws -> ConsulAnswer<KeyValueEntry?> {
        try await store.entry(key, consistency: .consistent)
    }

    static func watch(_ key: String, in store: KeyValueStore) throws -> ConsulWatch<KeyValueEntry?> {
        try store.watchLock(key)
    }
}

extension [KeyValueEntry]: AcquisitionState {
    static func read(_ prefix: String, in store: KeyValueStore) async throws -> ConsulAnswer<[KeyValueEntry]> {
        try await store.entries(under: prefix, consistency: .consistent)
    }

    static func watch(_ prefix: String, in store: KeyValueStore) throws -> ConsulWatch<[KeyValueEntry]> {
        store.client.watchAnswers(
            try KeyValueRead.entries(under: prefix, .consistent, store.datacenter),
            decode: { try KeyValueRead.decodeEntries($0) }
        )
    }
}
