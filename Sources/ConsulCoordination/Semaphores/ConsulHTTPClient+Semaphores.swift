// SPDX-License-Identifier: Apache-2.0

public import ConsulHTTP
import ResolverSupport

extension ConsulHTTPClient {
    /// Acquires a slot of a semaphore, calls the body while it is held, and releases it: at most `limit` programs hold a
    /// slot at a time.
    ///
    /// The semaphore is that of Consul's Go client and of `consul lock -n`: its record is the key `PREFIX/.lock`, and each
    /// holder's session has a key `PREFIX/SESSION`. One transaction writes both.
    ///
    /// Loss, order and result are as with ``withLock(_:_:_:)``, with one difference: no lock-delay protects a slot
    /// (``SemaphoreOptions/session``). Each release wakes all waiters, in no order; of the tasks of one client, one waits
    /// for Consul at a time.
    ///
    /// - Parameters:
    ///   - prefix: The prefix of the keys, without a last slash. The token needs to read and write all keys under it.
    ///   - limit: The number of slots, 1 to 5000. All programs need the same.
    ///   - options: The properties of the slot, and the time to wait.
    ///   - body: The work, in a task of its own.
    /// - Returns: The result of the body.
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/notAcquired``, ``CoordinationError/Code/lost``,
    ///   ``CoordinationError/Code/conflict`` if the semaphore has another limit or the keys are another program's,
    ///   ``CoordinationError/Code/corrupt`` or ``CoordinationError/Code/invalidArgument``;
    ///   ``/ConsulHTTP/ConsulHTTPError``; the error of the body; `CancellationError`.
    @discardableResult
    public func withSemaphore<Output: Sendable>(
        _ prefix: String,
        limit: Int,
        _ options: SemaphoreOptions,
        _ body: @escaping @Sendable (HeldSlot) async throws -> Output
    ) async throws -> Output {
        try await SlotTaking(self, prefix, limit: limit, options).run(body)
    }
}

/// The steps of one `withSemaphore`: the turn in this process, a session, the slot, the body.
struct SlotTaking: Sendable {
    private let prefix: String
    private let limit: Int
    private let options: SemaphoreOptions
    private let contention: Contention

    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/invalidArgument``.
    init(
        _ client: ConsulHTTPClient,
        _ prefix: String,
        limit: Int,
        _ options: SemaphoreOptions
    ) throws(CoordinationError) {
        let recordKey = SemaphoreRecord.key(of: prefix)
        try KeyRules.check(recordKey)
        // The record names all holders, and has to fit into one value.
        guard 1...5000 ~= limit else {
            throw CoordinationError(.invalidArgument, "a semaphore has 1 to 5000 slots, not \(limit)")
        }
        var options = options
        options.session.behavior = .delete
        try options.session.validate()
        (self.prefix, self.limit, self.options) = (prefix, limit, options)
        contention = Contention(
            subject: "a slot of the semaphore \(prefix)",
            // A task that does not wait asks Consul itself: the task in front of it may take another slot.
            lines: options.wait.isSingleTry ? [] : [recordKey],
            store: KeyValueStore(client, datacenter: options.datacenter),
            wait: options.wait,
            deadline: options.wait.limit.map { Deadline(in: $0) },
            onWait: options.onWait
        )
    }

    func run<Output: Sendable>(_ body: @escaping @Sendable (HeldSlot) async throws -> Output) async throws -> Output {
        #if Tracing
        try await contention.traced("consul.semaphore.acquire", [prefix], body) { try await take($0) }
        #else
        try await take(body)
        #endif
    }

    private func take<Output: Sendable>(
        _ body: @escaping @Sendable (HeldSlot) async throws -> Output
    ) async throws -> Output {
        let turn = try await contention.takeTurn()
        defer { turn.leave() }
        return try await contention.run(with: options.session) { try await hold(in: $0, turn, body) }
    }

    private func hold<Output: Sendable>(
        in session: LiveSession,
        _ turn: LocalQueue.Place,
        _ body: @escaping @Sendable (HeldSlot) async throws -> Output
    ) async throws -> Output {
        let release = SlotRelease(prefix: prefix, session: session.id, store: contention.store)
        let tokens = try await contention.acquire(
            SemaphoreAcquisition(prefix, limit: limit, value: options.value, session: session.id),
            in: session,
            undo: { try await release.run() }
        )
        // The next task of this process may wait for another slot.
        turn.leave()
        let holding = Holding(contention.subject, in: session, overrun: options.overrun)
        let slot = HeldSlot(
            prefix: prefix,
            fencingToken: tokens[prefix] ?? 0,
            holding: holding,
            store: contention.store
        )
        return try await holding.run(
            monitors: [{ await slot.watchContender() }, { await slot.watchRecord() }],
            // Also after a loss, which leaves one of the two keys.
            release: { _ in await contention.release { try await release.run() } },
            body: {
                try await LogContext.withLock([prefix], fencingToken: slot.fencingToken) { try await body(slot) }
            }
        )
    }
}

/// The release of a slot: one transaction removes the session from the record, and deletes its key.
private struct SlotRelease: Sendable {
    let prefix: String
    let session: String
    let store: KeyValueStore

    /// Repeats the transaction while other programs change the record, until the task is canceled. Afterwards, the end of
    /// the session deletes its key, and with it the claim to the slot.
    func run() async throws {
        let key = SemaphoreRecord.key(of: prefix)
        while true {
            try Task.checkCancellation()
            let entry = try await store.entry(key, consistency: .consistent).value
            var operations = [
                KeyValueTransaction.Operation.delete(SemaphoreRecord.contenderKey(of: session, under: prefix))
            ]
            if let entry, entry.flags == SemaphoreRecord.flags, var record = try? SemaphoreRecord(entry),
                record.holders.remove(session) != nil
            {
                operations.append(
                    .set(key, record.stored, flags: entry.flags, ifUnchangedSince: entry.modifyIndex)
                )
            }
            do {
                try await store.commit(operations)
                return
            } catch is TransactionRefusal {
                try await Task.sleep(for: .milliseconds(.random(in: 1...20)))
            }
        }
    }
}
