// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import NIOConcurrencyHelpers
import ResolverSupport

/// Acquires keys for a session: carries out the actions of a ``LockAcquisition`` until it holds or fails, the session is
/// lost, the time to wait is over, or the task is canceled.
struct LockContention: Sendable {
    /// The time limit of the request that releases keys.
    static let releaseTime = Duration.seconds(2)

    let store: KeyValueStore
    /// The keys, sorted.
    let keys: [String]
    let value: [UInt8]
    let wait: LockOptions.Wait
    /// The end of the time to wait; `nil` without a limit.
    let deadline: Deadline?
    let onWait: (@Sendable (CoordinationError.Reason) -> Void)?

    private enum Stop: Sendable { case sessionLost, timeOver }

    /// The session was lost before the keys were acquired.
    struct SessionLost: Error {}

    /// Acquires the keys.
    ///
    /// - Returns: The fencing token of each key. The lease of the session had not ended when this returned.
    /// - Throws: ``SessionLost``; ``CoordinationError``; ``/ConsulHTTP/ConsulHTTPError``; `CancellationError`. Nothing is
    ///   held then, unless Consul cannot be reached; the end of the session releases the keys.
    func acquire(in session: LiveSession) async throws -> [String: UInt64] {
        let progress = NIOLockedValueBox(LockAcquisition(keys, value: value, session: session.id))
        let stop = Signal<Stop>()
        let result = await withTaskGroup(of: Result<[String: UInt64], any Error>?.self) { group in
            group.addTask { await running(until: stop) { try await contend(progress) } }
            group.addTask {
                if await session.loss.wait() != nil { stop.send(.sessionLost) }
                return nil
            }
            if let deadline {
                group.addTask {
                    if (try? await Task.sleep(for: deadline.remaining)) != nil { stop.send(.timeOver) }
                    return nil
                }
            }
            var result: Result<[String: UInt64], any Error>?
            while let end = await group.next() {
                guard let end else { continue }
                result = end
                group.cancelAll()
            }
            return result ?? .failure(CancellationError())
        }
        switch result {
        case .success(let tokens) where session.lost == nil && !Task.isCancelled:
            return tokens
        case .success:
            await release(session)
            try Task.checkCancellation()
            throw SessionLost()
        case .failure(let error):
            let acquisition = progress.withLockedValue { $0 }
            if acquisition.mayHold { await release(session) }
            if error is SessionLost { session.isGone() }
            try Task.checkCancellation()
            switch stop.current {
            case .sessionLost where error is CancellationError: throw SessionLost()
            case .timeOver where error is CancellationError: throw notAcquired(acquisition.reason)
            default: throw error
            }
        }
    }

    func notAcquired(
        _ reason: CoordinationError.Reason?,
        underlying: (any Error)? = nil
    ) -> CoordinationError {
        let reason = reason ?? .unavailable
        let time = wait.limit.map { "within \($0)" } ?? "at once"
        let names = keys.joined(separator: ", ")
        return CoordinationError(
            .notAcquired,
            "the lock \(names) was not acquired \(time): \(reason)",
            reason: reason,
            underlying: underlying
        )
    }

    /// Releases what a transaction without an answer may have acquired.
    private func release(_ session: LiveSession) async {
        let unlocks = keys.map {
            KeyValueTransaction.Operation.unlock($0, value, flags: LockAcquisition.flags, session: session.id)
        }
        _ = await BoundedTask.wait(atMost: Self.releaseTime) { [store] in
            _ = try? await store.commit(KeyValueTransaction(unlocks))
        }
    }
}

extension LockContention {
    private func contend(_ progress: NIOLockedValueBox<LockAcquisition>) async throws -> [String: UInt64] {
        var watches: [String: ConsulWatch<KeyValueEntry?>.Iterator] = [:]
        var reported: CoordinationError.Reason?
        var failure: (any Error)?
        var action = progress.withLockedValue { $0.resumed() }
        while true {
            try Task.checkCancellation()
            if let reason = progress.withLockedValue({ $0.reason }), action.isWait {
                if wait.isSingleTry { try giveUp(progress.withLockedValue { $0 }, reason, failure) }
                if reason != reported { onWait?(reason) }
                reported = reason
            }
            switch action {
            case .read(let key):
                action = try await step(progress, &failure) {
                    let entry = try await store.entry(key, consistency: .consistent).value
                    return { $0.observed(entry, at: key) }
                }
            case .acquire(let transaction):
                action = try await step(progress, &failure) {
                    do {
                        let entries = try await store.commit(transaction)
                        return { $0.acquired(entries) }
                    } catch let refusal as TransactionRefusal {
                        return { $0.refused(refusal) }
                    }
                }
            case .watch(let key):
                var iterator = try watches.removeValue(forKey: key) ?? store.watchLock(key).makeAsyncIterator()
                let entry = try await next(&iterator)
                watches[key] = iterator
                action = progress.withLockedValue { $0.observed(entry, at: key) }
            case .pause(let pause):
                try await Task.sleep(for: pause)
                action = progress.withLockedValue { $0.resumed() }
            case .hold(let tokens):
                return tokens
            case .replaceSession:
                throw SessionLost()
            case .conflict(let key):
                throw CoordinationError(
                    .conflict,
                    """
                    the key \(key) is no lock: it holds a value that was written without the flags of a lock, or a \
                    semaphore. Nothing was overwritten. Use another key, or delete this one
                    """
                )
            case .deny(let words):
                throw ConsulHTTPError(.denied, "PUT /v1/txn was refused: \(words)", status: 409)
            }
        }
    }

    /// Sends one request, and returns the next action.
    private func step(
        _ progress: NIOLockedValueBox<LockAcquisition>,
        _ failure: inout (any Error)?,
        _ request: () async throws -> (inout LockAcquisition) -> LockAcquisition.Action
    ) async throws -> LockAcquisition.Action {
        do {
            let event = try await request()
            failure = nil
            return progress.withLockedValue { event(&$0) }
        } catch let error as ConsulHTTPError where error.isTransient {
            failure = error
            return progress.withLockedValue { $0.failed(chance: .random(in: 0..<1)) }
        }
    }

    /// Waits for the next answer that a watch shows.
    private func next(_ updates: inout ConsulWatch<KeyValueEntry?>.Iterator) async throws -> KeyValueEntry? {
        while let update = try await updates.next() {
            if let error = update.interruption {
                // An outage ends by itself; a permission that is gone does not.
                if !error.isTransient { throw error }
            } else if let answer = update.answer {
                return answer.value
            }
        }
        try Task.checkCancellation()
        throw ConsulHTTPError(.closed, "the client has been shut down")
    }

    /// Ends a single try; a few failed requests are repeated even then, because a write on a connection that the agent
    /// has just closed says nothing about the lock.
    private func giveUp(
        _ acquisition: LockAcquisition,
        _ reason: CoordinationError.Reason,
        _ failure: (any Error)?
    ) throws {
        guard let failure else { throw notAcquired(reason) }
        if acquisition.failures > 3 { throw failure }
    }
}

extension LockAcquisition.Action {
    fileprivate var isWait: Bool {
        switch self {
        case .watch, .pause: true
        default: false
        }
    }
}

extension ConsulHTTPError {
    /// True if the same request may succeed later without anybody changing anything.
    var isTransient: Bool {
        switch code {
        case .transport, .timedOut, .noLeader, .tooManyConnections: true
        // Servers that have just lost their leader answer 500 with the text of an internal call.
        case .serverError: status != 500 || message.contains("rpc error") || message.contains("leader")
        default: false
        }
    }
}
