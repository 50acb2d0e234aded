// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import ResolverSupport

/// The steps of one `withLock`: the turn in this process, a session, the keys, the body.
struct Locking: Sendable {
    private let keys: [String]
    private let options: LockOptions
    private let contention: Contention

    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/invalidArgument``.
    init(_ client: ConsulHTTPClient, _ keys: [String], _ options: LockOptions) throws(CoordinationError) {
        for key in keys { try KeyRules.check(key) }
        guard !keys.isEmpty, Set(keys).count == keys.count else {
            throw CoordinationError(.invalidArgument, "locks need at least one key, and each key once")
        }
        if options.order.isFair { for key in keys { try KeyRules.check(QueueTurn.place(of: "", for: key)) } }
        try options.session.validate()
        (self.keys, self.options) = (keys, options)
        contention = Contention(
            subject: (keys.count == 1 ? "the lock " : "the locks ") + keys.joined(separator: ", "),
            lines: keys,
            store: KeyValueStore(client, datacenter: options.datacenter),
            wait: options.wait,
            deadline: options.wait.limit.map { Deadline(in: $0) },
            onWait: options.onWait
        )
    }

    /// Runs the body with a session of its own.
    func run<Output: Sendable>(
        _ body: @escaping @Sendable ([HeldLock]) async throws -> Output
    ) async throws -> Output {
        #if Tracing
        try await contention.traced("consul.lock.acquire", keys, body) { try await lock($0) }
        #else
        try await lock(body)
        #endif
    }

    /// Runs the body with a session that exists.
    func run<Output: Sendable>(
        in session: LiveSession,
        _ body: @escaping @Sendable ([HeldLock]) async throws -> Output
    ) async throws -> Output {
        #if Tracing
        try await contention.traced("consul.lock.acquire", keys, body) { try await lock(in: session, $0) }
        #else
        try await lock(in: session, body)
        #endif
    }
}

extension Locking {
    private func lock<Output: Sendable>(
        _ body: @escaping @Sendable ([HeldLock]) async throws -> Output
    ) async throws -> Output {
        let turn = try await contention.takeTurn()
        defer { turn.leave() }
        return try await contention.run(with: options.session) { try await hold(in: $0, turn, body) }
    }

    private func lock<Output: Sendable>(
        in session: LiveSession,
        _ body: @escaping @Sendable ([HeldLock]) async throws -> Output
    ) async throws -> Output {
        let turn = try await contention.takeTurn()
        defer { turn.leave() }
        do { return try await hold(in: session, turn, body) } catch is Contention.SessionLost {
            let reason = session.lost ?? .sessionGone
            throw CoordinationError(.lost, "the session \(session.id) was lost: \(reason)", reason: reason)
        }
    }

    private func hold<Output: Sendable>(
        in session: LiveSession,
        _ turn: LocalQueue.Place,
        _ body: @escaping @Sendable ([HeldLock]) async throws -> Output
    ) async throws -> Output {
        let tokens = try await acquire(in: session)
        let holding = Holding(contention.subject, in: session, overrun: options.overrun)
        let locks = keys.map { key in
            HeldLock(
                key: key,
                fencingToken: tokens[key] ?? 0,
                value: options.value,
                holding: holding,
                store: contention.store
            )
        }
        return try await holding.run(
            monitors: locks.map { lock in { await lock.watchForLoss() } },
            release: { lost in
                await release(locks, lost)
                turn.leave()
            },
            body: {
                try await LogContext.withLock(keys, fencingToken: locks[0].fencingToken) { try await body(locks) }
            }
        )
    }

    /// Waits in the queues, if the order is fair, and acquires the keys.
    private func acquire(in session: LiveSession) async throws -> [String: UInt64] {
        guard options.order.isFair else { return try await contend(in: session) }
        let leave: @Sendable () async throws -> Void = { [keys, store = contention.store] in
            try await store.commit(KeyValueTransaction(QueueTurn.leaving(keys, session.id)))
        }
        let turn = QueueTurn(keys.sorted(), session: session.id)
        _ = try await contention.acquire(turn, in: session, undo: leave)
        // The first in the queue contends with programs that have no place in it.
        do { return try await contend(in: session) } catch {
            await contention.release(leave)
            throw error
        }
    }

    private func contend(in session: LiveSession) async throws -> [String: UInt64] {
        let unlocks = keys.map {
            KeyValueTransaction.Operation.unlock($0, options.value, flags: LockAcquisition.flags, session: session.id)
        }
        return try await contention.acquire(
            LockAcquisition(keys.sorted(), value: options.value, session: session.id),
            in: session
        ) { [store = contention.store] in
            try await store.commit(KeyValueTransaction(unlocks))
        }
    }

    /// Releases the keys, unless there is evidence that they are not held any more, and leaves the queues in the same
    /// transaction.
    private func release(_ locks: [HeldLock], _ lost: CoordinationError.Reason?) async {
        var operations = lost == nil || lost == .leaseExpired ? locks.map(\.unlock) : []
        if options.order.isFair, let lock = locks.first {
            operations += QueueTurn.leaving(keys, lock.session)
        }
        guard !operations.isEmpty else { return }
        await contention.release { [store = contention.store, operations] in
            try await store.commit(KeyValueTransaction(operations))
        }
    }
}
