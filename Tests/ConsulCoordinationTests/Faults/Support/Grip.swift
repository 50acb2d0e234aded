// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP

/// A lock, a slot of a semaphore or the leadership of an election that is held, for tests of what all of them promise.
struct Grip: Sendable {
    /// The kinds of what a program can hold.
    enum Kind: String, Codable, Sendable, CaseIterable {
        case lock, slot, leadership

        /// The kind by which a rival contends for the same: the leadership of an election is a lock.
        var rival: Kind { self == .slot ? .slot : .lock }
    }

    /// The key that the session holds.
    let key: String
    let session: String
    let token: UInt64
    let isHeld: @Sendable () -> Bool
    let commit: @Sendable ([KeyValueTransaction.Operation]) async throws -> Void

    /// Holds something while a body runs. A candidate that loses its leadership campaigns again: its body is called for
    /// each term, until one returns while it leads.
    static func hold(
        _ kind: Kind,
        _ name: String,
        _ options: LockOptions,
        _ consul: ConsulHTTPClient,
        _ body: @escaping @Sendable (Grip) async throws -> Void
    ) async throws {
        switch kind {
        case .lock:
            try await consul.withLock(name, options) { try await body(Grip($0)) }
        case .slot:
            var slotOptions = SemaphoreOptions(session: options.session)
            (slotOptions.wait, slotOptions.onWait) = (options.wait, options.onWait)
            try await consul.withSemaphore(name, limit: 1, slotOptions) { try await body(Grip($0)) }
        case .leadership:
            struct Ended: Error {}
            let election = try LeaderElection(consul, key: name, options) { term in
                try await body(Grip(term, key: name))
                throw Ended()
            }
            do { try await election.run() } catch is Ended {}
        }
    }

    private init(_ lock: HeldLock) {
        (key, session, token) = (lock.key, lock.session, lock.fencingToken)
        isHeld = { lock.isHeld }
        commit = { try await lock.commit($0) }
    }

    private init(_ slot: HeldSlot) {
        (key, session, token) = ("\(slot.prefix)/\(slot.session)", slot.session, slot.fencingToken)
        isHeld = { slot.isHeld }
        commit = { try await slot.commit($0) }
    }

    private init(_ term: LeaderElection.Term, key: String) {
        (self.key, session, token) = (key, term.session, term.number)
        isHeld = { term.isHeld }
        commit = { try await term.commit($0) }
    }
}
