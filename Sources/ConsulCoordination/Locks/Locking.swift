// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import Logging
import ResolverSupport

/// The steps of one `withLock`: the turn in this process, a session, the keys, the body.
struct Locking: Sendable {
    /// The number of sessions in a row that may end before they have acquired the keys.
    private static let maximumReplacements = 5

    private let client: ConsulHTTPClient
    private let keys: [String]
    private let options: LockOptions
    private let contention: LockContention

    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/invalidArgument``.
    init(_ client: ConsulHTTPClient, _ keys: [String], _ options: LockOptions) throws(CoordinationError) {
        for key in keys { try KeyRules.check(key) }
        guard !keys.isEmpty, Set(keys).count == keys.count else {
            throw CoordinationError(.invalidArgument, "locks need at least one key, and each key once")
        }
        try options.session.validate()
        (self.client, self.keys, self.options) = (client, keys, options)
        contention = LockContention(
            store: KeyValueStore(client, datacenter: options.datacenter),
            keys: keys.sorted(),
            value: options.value,
            wait: options.wait,
            deadline: options.wait.limit.map { Deadline(in: $0) },
            onWait: options.onWait
        )
    }

    /// Runs the body with a session of its own.
    func run<Output: Sendable>(
        _ body: @escaping @Sendable ([HeldLock]) async throws -> Output
    ) async throws -> Output {
        let turn = try await takeTurn()
        defer { turn.leave() }
        let store = SessionStore(client, datacenter: options.datacenter)
        var backoff = Backoff(initial: .milliseconds(100), maximum: .seconds(5), jitter: .half)
        var replacements = 0
        while true {
            // Errors of the body come as results, apart from errors of the session's creation.
            let outcome: Result<Output, any Error>
            do {
                outcome = try await LiveSession.run(options.session, in: store, openedBy: contention.deadline) {
                    session in
                    do { return .success(try await hold(in: session, turn, body)) } catch { return .failure(error) }
                }
            } catch is Deadline.Passed {
                throw contention.notAcquired(.unavailable)
            } catch let error as ConsulHTTPError where error.isTransient && !options.wait.isSingleTry {
                options.onWait?(.unavailable)
                try await pause(backoff.next(chance: .random(in: 0..<1)), because: .unavailable, error)
                continue
            }
            if case .failure(let error) = outcome, error is LockContention.SessionLost {
                replacements += 1
                guard replacements <= Self.maximumReplacements else {
                    throw contention.notAcquired(.sessionGone, underlying: nil)
                }
                try await pause(backoff.next(chance: .random(in: 0..<1)), because: .sessionGone, nil)
                continue
            }
            return try outcome.get()
        }
    }

    /// Runs the body with a session that exists.
    func run<Output: Sendable>(
        in session: LiveSession,
        _ body: @escaping @Sendable ([HeldLock]) async throws -> Output
    ) async throws -> Output {
        let turn = try await takeTurn()
        defer { turn.leave() }
        do { return try await hold(in: session, turn, body) } catch is LockContention.SessionLost {
            let reason = session.lost ?? .sessionGone
            throw CoordinationError(.lost, "the session \(session.id) was lost: \(reason)", reason: reason)
        }
    }
}

extension Locking {
    /// The places of a task in the lines of all its keys.
    private struct Turn: Sendable {
        var places: [LocalQueue.Place] = []

        func leave() {
            for place in places { place.leave() }
        }
    }

    /// Waits for the turn of this task at each key. All tasks take their places in the order of the keys, so that no two
    /// of them wait for each other.
    private func takeTurn() async throws -> Turn {
        try Task.checkCancellation()
        var turn = Turn()
        for key in contention.keys {
            let (place, isFirst) = LocalQueue.shared.enter(key, client, options.datacenter)
            turn.places.append(place)
            if isFirst { continue }
            do {
                if options.wait.isSingleTry { throw Deadline.Passed() }
                options.onWait?(.held)
                try await LocalQueue.shared.wait(at: place, until: contention.deadline)
            } catch {
                turn.leave()
                throw error is Deadline.Passed ? contention.notAcquired(.held) : error
            }
        }
        return turn
    }

    private func pause(_ pause: Duration, because reason: CoordinationError.Reason, _ error: (any Error)?) async throws
    {
        guard let deadline = contention.deadline else { return try await Task.sleep(for: pause) }
        try await Task.sleep(for: min(pause, max(.zero, deadline.remaining)))
        if deadline.remaining <= .zero { throw contention.notAcquired(reason, underlying: error) }
    }

    private func hold<Output: Sendable>(
        in session: LiveSession,
        _ turn: Turn,
        _ body: @escaping @Sendable ([HeldLock]) async throws -> Output
    ) async throws -> Output {
        let tokens = try await contention.acquire(in: session)
        let subject = (keys.count == 1 ? "the lock " : "the locks ") + keys.joined(separator: ", ")
        let holding = Holding(subject, in: session, overrun: options.overrun)
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
            body: { try await body(locks) }
        )
    }

    /// Releases the keys, unless there is evidence that they are not held any more. Without an answer of Consul, the end
    /// of the session releases them.
    private func release(_ locks: [HeldLock], _ lost: CoordinationError.Reason?) async {
        guard lost == nil || lost == .leaseExpired else { return }
        let transaction = KeyValueTransaction(locks.map(\.unlock))
        _ = await BoundedTask.wait(atMost: LockContention.releaseTime) { [store = contention.store, keys] in
            do { _ = try await store.commit(transaction) } catch {
                store.client.logger?.notice("the release of \(keys.joined(separator: ", ")) failed: \(error)")
            }
        }
    }
}
