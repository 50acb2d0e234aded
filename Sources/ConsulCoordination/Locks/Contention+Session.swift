// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import ResolverSupport

extension Contention {
    /// The number of sessions in a row that may end before an acquisition.
    private static let maximumReplacements = 5

    /// Runs work with a session of its own, and again with another one if the session is lost before the work has
    /// acquired anything (``SessionLost``).
    func run<Output: Sendable>(
        with options: SessionOptions,
        _ work: @escaping @Sendable (LiveSession) async throws -> Output
    ) async throws -> Output {
        let sessions = SessionStore(store.client, datacenter: store.datacenter)
        var backoff = Backoff(initial: .milliseconds(100), maximum: .seconds(5), jitter: .half)
        var replacements = 0
        while true {
            // Errors of the work come as results, apart from errors of the session's creation.
            let outcome: Result<Output, any Error>
            do {
                outcome = try await LiveSession.run(options, in: sessions, openedBy: deadline) { session in
                    do { return .success(try await work(session)) } catch { return .failure(error) }
                }
            } catch is Deadline.Passed {
                throw notAcquired(.unavailable)
            } catch let error as ConsulHTTPError where error.isTransient && !wait.isSingleTry {
                onWait?(.unavailable)
                try await pause(backoff.next(chance: .random(in: 0..<1)), because: .unavailable, error)
                continue
            }
            if case .failure(let error) = outcome, error is SessionLost {
                replacements += 1
                guard replacements <= Self.maximumReplacements else { throw notAcquired(.sessionGone) }
                try await pause(backoff.next(chance: .random(in: 0..<1)), because: .sessionGone, nil)
                continue
            }
            return try outcome.get()
        }
    }

    private func pause(_ pause: Duration, because reason: CoordinationError.Reason, _ error: (any Error)?) async throws
    {
        guard let deadline else { return try await Task.sleep(for: pause) }
        try await Task.sleep(for: min(pause, max(.zero, deadline.remaining)))
        if deadline.remaining <= .zero { throw notAcquired(reason, underlying: error) }
    }
}

extension Contention {
    /// Waits for the turn of this task among the tasks of this process.
    ///
    /// - Returns: The place, which the caller leaves.
    func takeTurn() async throws -> LocalQueue.Place {
        try Task.checkCancellation()
        let (place, isFirst) = LocalQueue.shared.enter(lines, store.client, store.datacenter)
        if isFirst { return place }
        do {
            if wait.isSingleTry { throw Deadline.Passed() }
            onWait?(.held)
            try await LocalQueue.shared.wait(at: place, until: deadline)
        } catch {
            place.leave()
            throw error is Deadline.Passed ? notAcquired(.held) : error
        }
        return place
    }
}
