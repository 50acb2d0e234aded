// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP

/// A slot of a semaphore that is held while a body runs. What ``HeldLock`` says of locks holds for slots, too.
public struct HeldSlot: Sendable {
    /// The prefix of the semaphore's keys.
    package let prefix: String

    /// A number that grows with each acquisition of a slot of this semaphore: the index in Consul's log of the write that
    /// acquired it. A restored snapshot sets it back.
    public let fencingToken: UInt64

    let holding: Holding
    let store: KeyValueStore

    /// The id of the session that holds the slot.
    public var session: String { holding.session.id }

    /// True while the slot counts as held. It turns false when the body is canceled for a loss.
    public var isHeld: Bool { holding.lost == nil }

    /// The time for which the slot still counts as held if no further renewal succeeds; zero after a loss.
    public var remaining: Duration { holding.remaining }

    /// Checks that the slot counts as held. Sends no request.
    ///
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/lost``.
    public func checkHeld() throws(CoordinationError) {
        try holding.checkHeld()
    }

    /// Applies a transaction to the key/value store of the semaphore's datacenter, only if the session still holds its
    /// key of the semaphore, which Consul itself checks: Consul deletes that key with the session.
    ///
    /// - Parameter operations: The operations; with the check, at most 64 for Consul 1.8 and 128 for later versions.
    /// - Returns: The entries of the operations that return one, in order.
    /// - Throws: As ``HeldLock/commit(_:)``.
    @discardableResult
    public func commit(_ operations: [KeyValueTransaction.Operation]) async throws -> [KeyValueEntry] {
        try await holding.commit(operations, ifHolding: contenderKey, in: store)
    }
}

extension HeldSlot {
    private var contenderKey: String { SemaphoreRecord.contenderKey(of: session, under: prefix) }

    /// Watches the session's key for evidence of a loss, until the task is canceled.
    func watchContender() async -> CoordinationError.Reason? {
        var monitor = KeyMonitor(session: session, token: fencingToken)
        return await store.firstLoss(of: contenderKey) { monitor.observed($0, index: $1) }
    }

    /// Watches the record for evidence of a loss, until the task is canceled.
    func watchRecord() async -> CoordinationError.Reason? {
        var monitor = SlotMonitor(session: session, token: fencingToken)
        return await store.firstLoss(of: SemaphoreRecord.key(of: prefix)) { monitor.observed($0, index: $1) }
    }
}
