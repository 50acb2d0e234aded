// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import Logging
import NIOConcurrencyHelpers

/// A lock that is held while a body runs.
///
/// A lock of Consul is advisory: any program with write permission can overwrite or delete its key. And no lock of any
/// kind stops a program that was paused between a check and a write. Writes that must not happen without the
/// lock go through ``commit(_:)``, or carry the ``fencingToken`` to a store that refuses smaller ones.
public struct HeldLock: Sendable {
    /// The key.
    public let key: String

    /// A number that grows with each acquisition of the key by any program: the index in Consul's log of the write
    /// that acquired the lock. It grows across deletions of the key, unlike Consul's `LockIndex`. A restored snapshot sets
    /// it back.
    public let fencingToken: UInt64

    let holding: Holding
    let store: KeyValueStore
    /// The value that a release keeps.
    private let value: NIOLockedValueBox<[UInt8]>

    init(key: String, fencingToken: UInt64, value: [UInt8], holding: Holding, store: KeyValueStore) {
        (self.key, self.fencingToken, self.holding, self.store) = (key, fencingToken, holding, store)
        self.value = NIOLockedValueBox(value)
    }

    /// The id of the session that holds the lock.
    public var session: String { holding.session.id }

    /// True while the lock counts as held. It turns false when the body is canceled for a loss, which is before another
    /// program can acquire the lock unless that program ignores locks.
    public var isHeld: Bool { holding.lost == nil }

    /// The time for which the lock still counts as held if no further renewal succeeds; zero after a loss.
    public var remaining: Duration { holding.remaining }

    /// Checks that the lock counts as held. Sends no request.
    ///
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/lost``.
    public func checkHeld() throws(CoordinationError) {
        try holding.checkHeld()
    }

    /// Applies a transaction to the key/value store of the lock's datacenter, only if the lock is still held: the
    /// transaction begins with a check by Consul itself. No pause and no silent network can let this write happen after
    /// the lock was lost.
    ///
    /// - Parameter operations: The operations; with the check, at most 64 for Consul 1.8 and 128 for later versions.
    /// - Returns: The entries of the operations that return one, in order.
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/lost``; no operation was applied, and the body is
    ///   canceled. ``TransactionRefusal`` if Consul refused one of the operations. ``/ConsulHTTP/ConsulHTTPError``, after
    ///   which the transaction may or may not have been applied unless the error is retryable or a denial.
    ///   `CancellationError`.
    @discardableResult
    public func commit(_ operations: [KeyValueTransaction.Operation]) async throws -> [KeyValueEntry] {
        try await holding.commit(operations, ifHolding: key, in: store)
    }

    /// Replaces the value of the key, only if the lock is still held. The key stays locked, and a release keeps the value.
    ///
    /// - Throws: As ``commit(_:)``.
    public func setValue(_ value: [UInt8]) async throws {
        // Acquiring the key once more with its own session replaces the value, and restores the flags of the lock if
        // another program has overwritten them.
        try await commit([.lock(key, value, flags: LockAcquisition.flags, session: session)])
        self.value.withLockedValue { $0 = value }
    }

    /// The operation that releases the key.
    var unlock: KeyValueTransaction.Operation {
        .unlock(key, value.withLockedValue { $0 }, flags: LockAcquisition.flags, session: session)
    }

    /// Watches the key for evidence of a loss, until the task is canceled.
    func watchForLoss() async -> CoordinationError.Reason? {
        var monitor = KeyMonitor(session: session, token: fencingToken)
        var isWarned = false
        return await store.firstLoss(of: key) { entry, index in
            if let reason = monitor.observed(entry, index: index) { return reason }
            if monitor.isOverwritten, !isWarned {
                isWarned = true
                store.client.logger?.warning(
                    "another program has written \(key) without its lock",
                    metadata: ["consul.session": "\(session)"]
                )
            }
            return nil
        }
    }
}

extension Holding {
    /// Applies a transaction that begins with a check by Consul that the session holds a key.
    func commit(
        _ operations: [KeyValueTransaction.Operation],
        ifHolding key: String,
        in store: KeyValueStore
    ) async throws -> [KeyValueEntry] {
        try checkHeld()
        let check = KeyValueTransaction.Operation.check(key, isHeldBy: session.id)
        do {
            let entries = try await store.commit(KeyValueTransaction([check] + operations))
            // The check returns the entry of the lock before the entries of the operations.
            return Array(entries.dropFirst(entries.first?.key == key && entries.first?.session == session.id ? 1 : 0))
        } catch let refusal as TransactionRefusal {
            if let failure = refusal.failures.first(where: { $0.position == 0 && !$0.isDenial }) {
                let reason: CoordinationError.Reason = failure.reason.contains("exist") ? .keyDeleted : .keyTaken
                lose(reason)
                throw error(reason, underlying: refusal)
            }
            // A token without the permission says nothing about the key.
            if let words = refusal.denial { throw ConsulHTTPError(denialOfTransaction: words, underlying: refusal) }
            var shifted = refusal
            for index in shifted.failures.indices { shifted.failures[index].position -= 1 }
            throw shifted
        }
    }
}

extension KeyValueStore {
    /// Watches a key until its states are evidence of a loss, or until the task is canceled.
    ///
    /// Errors are no evidence: Consul answers them while it elects a leader.
    ///
    /// - Parameter observe: Returns the reason of the loss that a state and the index of its answer show, if they do.
    func firstLoss(
        of key: String,
        _ observe: (KeyValueEntry?, UInt64?) -> CoordinationError.Reason?
    ) async -> CoordinationError.Reason? {
        guard let watch = try? watchLock(key) else { return nil }
        var updates = watch.makeAsyncIterator()
        while let update = try? await updates.next() {
            guard update.interruption == nil, let answer = update.answer else { continue }
            if let reason = observe(answer.value, answer.metadata.index) { return reason }
        }
        return nil
    }

    /// Returns the watch of a key that holders and waiters share. The leader confirms each answer.
    func watchLock(_ key: String) throws(CoordinationError) -> ConsulWatch<KeyValueEntry?> {
        try client.watchKey(key, consistency: .consistent, datacenter: datacenter)
    }
}
