// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import Logging
import NIOConcurrencyHelpers
import ResolverSupport

/// Acquires something for a session: carries out the actions of an ``Acquisition`` until it holds or fails, the session
/// is lost, the time to wait is over, or the task is canceled.
struct Contention: Sendable {
    /// The time limit of the requests that release.
    static let releaseTime = Duration.seconds(2)

    /// Words for what is acquired, such as `the lock jobs/nightly`.
    let subject: String
    /// The keys for which the tasks of this process wait for their turn.
    let lines: [String]
    let store: KeyValueStore
    let wait: LockOptions.Wait
    /// The end of the time to wait; `nil` without a limit.
    let deadline: Deadline?
    let onWait: (@Sendable (CoordinationError.Reason) -> Void)?

    private enum Stop: Sendable { case sessionLost, timeOver }

    /// The session was lost before the acquisition.
    struct SessionLost: Error {}

    /// Carries out an acquisition.
    ///
    /// - Parameter undo: Releases what a transaction without an answer may have acquired.
    /// - Returns: The fencing tokens. The lease of the session had not ended when this returned.
    /// - Throws: ``SessionLost``; ``CoordinationError``; ``/ConsulHTTP/ConsulHTTPError``; `CancellationError`. Nothing is
    ///   held then, unless Consul cannot be reached; the end of the session releases the keys.
    func acquire(
        _ acquisition: some Acquisition,
        in session: LiveSession,
        undo: @escaping @Sendable () async throws -> Void
    ) async throws -> [String: UInt64] {
        let progress = NIOLockedValueBox(acquisition)
        let stop = Signal<Stop>()
        let result = await withTaskGroup(of: Result<[String: UInt64], any Error>?.self) { group in
            group.addTask { await running(until: stop) { try await contend(progress) } }
            group.addTask {
                if await session.loss.wait() != nil { stop.send(.sessionLost) }
                return nil
            }
            if let deadline {
                group.addTask {
                    if (try? await TimeSource.sleep(until: deadline.moment)) != nil { stop.send(.timeOver) }
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
            await release(undo)
            try Task.checkCancellation()
            throw SessionLost()
        case .failure(let error):
            let acquisition = progress.withLockedValue { $0 }
            if acquisition.mayHold { await release(undo) }
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
        return CoordinationError(
            .notAcquired,
            "\(subject) could not be acquired \(time): \(reason)",
            reason: reason,
            underlying: underlying
        )
    }

    /// Runs requests that release, within a bound that the cancellation of the task does not shorten. Without an answer of
    /// Consul, the end of the session releases.
    func release(_ requests: @escaping @Sendable () async throws -> Void) async {
        _ = await BoundedTask.wait(atMost: Self.releaseTime) { [store, subject] in
            do { try await requests() } catch {
                store.client.logger?.notice("the release of \(subject) failed: \(error)")
            }
        }
    }
}

extension Contention {
    private func contend<Steps: Acquisition>(_ progress: NIOLockedValueBox<Steps>) async throws -> [String: UInt64] {
        // One watch at a time: the key that is waited for.
        var watched: (key: String, states: ConsulWatch<Steps.State>.Iterator)?
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
                    let state = try complete(try await Steps.State.read(key, in: store))
                    return { $0.observed(state, at: key) }
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
                var states: ConsulWatch<Steps.State>.Iterator
                if let watched, watched.key == key {
                    states = watched.states
                } else {
                    states = try Steps.State.watch(key, in: store).makeAsyncIterator()
                }
                watched = nil
                let state = try await next(&states)
                watched = (key, states)
                action = progress.withLockedValue { $0.observed(state, at: key) }
            case .pause(let pause):
                try await Task.sleep(for: pause)
                action = progress.withLockedValue { $0.resumed() }
            case .hold(let tokens):
                return tokens
            case .replaceSession:
                throw SessionLost()
            case .conflict(let problem):
                throw Steps.error(for: problem)
            case .deny(let words):
                throw ConsulHTTPError(denialOfTransaction: words)
            }
        }
    }

    /// Sends one request, and returns the next action.
    private func step<Steps: Acquisition>(
        _ progress: NIOLockedValueBox<Steps>,
        _ failure: inout (any Error)?,
        _ request: () async throws -> (inout Steps) -> AcquisitionAction<Steps.Problem>
    ) async throws -> AcquisitionAction<Steps.Problem> {
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
    private func next<State: AcquisitionState>(_ updates: inout ConsulWatch<State>.Iterator) async throws -> State {
        while let update = try await updates.next() {
            if let error = update.interruption {
                // An outage ends by itself; a permission that is gone does not.
                if !error.isTransient { throw error }
            } else if let answer = update.answer {
                return try complete(answer)
            }
        }
        try Task.checkCancellation()
        throw ConsulHTTPError(.closed, "the client has been shut down")
    }

    /// Returns the value of an answer from which Consul has left out no entry: a holder that the token may not read would
    /// look like one that is gone. Versions before 1.11 do not tell.
    private func complete<State: AcquisitionState>(_ answer: ConsulAnswer<State>) throws(ConsulHTTPError) -> State {
        guard answer.metadata.filteredByACLs != true else {
            throw ConsulHTTPError(.denied, "\(subject): the token may not read all of its keys")
        }
        return answer.value
    }

    /// Ends a single try; a few failed requests are repeated even then, because a write on a connection that the agent
    /// has just closed says nothing about the lock.
    private func giveUp(
        _ acquisition: some Acquisition,
        _ reason: CoordinationError.Reason,
        _ failure: (any Error)?
    ) throws {
        guard let failure else { throw notAcquired(reason) }
        if acquisition.failures > 3 { throw failure }
    }
}

extension ConsulHTTPError {
    /// Words of servers that refuse a session as invalid (1.8.7 and 1.22.7), which no repetition changes.
    private static let refusals = [
        "Missing check", "is in critical state", "Invalid Session TTL", "Missing node registration", "Invalid Check",
    ]

    /// True if Consul refuses a session because one of its checks is critical or not registered. An instance gets well, and
    /// an agent that has forgotten it gets it again.
    var isOfUnhealthyCheck: Bool {
        status == 500 && (message.contains("is in critical state") || message.contains("Missing check"))
    }

    /// True if the same request may succeed later without a change.
    var isTransient: Bool {
        switch code {
        case .transport, .timedOut, .noLeader, .tooManyConnections: true
        // Servers that have just lost their leader answer 500 with the text of an internal call. A client agent puts the
        // same words before each refusal of a server, such as that of a session with a check that does not exist.
        case .serverError:
            status != 500 || message.contains("leader")
                || message.contains("rpc error") && !Self.refusals.contains { message.contains($0) }
        default: false
        }
    }
}
