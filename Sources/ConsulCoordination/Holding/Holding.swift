// SPDX-License-Identifier: Apache-2.0

import Logging
import ResolverSupport

/// Something that is held with a session while a body runs: a lock, a slot, a leadership, the session itself.
///
/// ``run(monitors:release:body:)`` is the one engine of all of them:
///
/// 1. The body runs in a child task. The first evidence of a loss cancels it: the end of the session's lease, or a
///    monitor's evidence.
/// 2. Its end is awaited, whatever the cause, and the session is renewed until then.
/// 3. Only then the release runs, so that no other program acquires the lock while the body works.
/// 4. The result of the body counts only if the lock was still held when the body returned.
///
/// All of that runs in a task that the caller's cancellation does not reach. It cancels the body alone.
package struct Holding: Sendable {
    /// Words for what is held, such as `the lock jobs/nightly`.
    package let subject: String
    /// The session that holds it.
    package let session: LiveSession
    /// The treatment of a body that ignores cancellation.
    package let overrun: OverrunPolicy
    private let loss = Signal<CoordinationError.Reason>()

    /// Creates the holding of what has just been acquired. Run it once.
    package init(_ subject: String, in session: LiveSession, overrun: OverrunPolicy = OverrunPolicy()) {
        (self.subject, self.session, self.overrun) = (subject, session, overrun)
    }

    /// The reason of the loss; `nil` while it is held.
    package var lost: CoordinationError.Reason? { loss.current ?? session.lost }

    /// The time that is left if no further renewal succeeds; zero after a loss.
    package var remaining: Duration {
        lost == nil ? max(.zero, session.time.now().duration(to: session.deadline)) : .zero
    }

    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/lost`` after a loss.
    package func checkHeld() throws(CoordinationError) {
        if let lost { throw error(lost) }
    }

    /// Reports evidence of a loss, and cancels the body.
    package func lose(_ reason: CoordinationError.Reason) {
        loss.send(reason)
    }

    /// Returns the error for a loss.
    package func error(_ reason: CoordinationError.Reason, underlying: (any Error)? = nil) -> CoordinationError {
        CoordinationError(.lost, "\(subject) was lost: \(reason)", reason: reason, underlying: underlying)
    }
}

extension Holding {
    private enum Event<Output: Sendable>: Sendable {
        case ended(Result<Output, any Error>)
        case quiet
    }

    /// Runs a body while the session lasts and no monitor reports a loss.
    ///
    /// - Parameters:
    ///   - monitors: Tasks that look for evidence of a loss. Each returns the reason, or `nil` when it is canceled.
    ///     Failed requests are no evidence.
    ///   - release: Releases what is held, within a bound. It is called once, after the body has ended, with the reason
    ///     if there was a loss.
    ///   - body: The work.
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/lost``, with the error of the body as the underlying
    ///   one; otherwise the error of the body.
    package func run<Output: Sendable>(
        monitors: [@Sendable () async -> CoordinationError.Reason?] = [],
        release: @escaping @Sendable (CoordinationError.Reason?) async -> Void = { _ in },
        body: @escaping @Sendable () async throws -> Output
    ) async throws -> Output {
        try await shielded { cancellation in
            let result = await supervise(cancellation, monitors, body)
            // Read before the release, which takes time: the body has returned now.
            let lost = lost
            await release(lost)
            guard let lost else { return try result.get() }
            throw error(lost, underlying: result.failure)
        }
    }

    private func supervise<Output: Sendable>(
        _ cancellation: Signal<Void>,
        _ monitors: [@Sendable () async -> CoordinationError.Reason?],
        _ body: @escaping @Sendable () async throws -> Output
    ) async -> Result<Output, any Error> {
        // The lease may have ended since the lock was acquired, and the caller may have been canceled.
        if lost != nil || cancellation.current != nil { return .failure(CancellationError()) }
        let stop = Signal<Void>()
        return await withTaskGroup(of: Event<Output>.self) { group in
            group.addTask { .ended(await running(until: stop) { try await body() }) }
            group.addTask {
                if await cancellation.wait() != nil { stop.send(()) }
                return .quiet
            }
            for monitor in monitors + [{ await session.loss.wait() }] {
                group.addTask {
                    if let reason = await monitor() { lose(reason) }
                    return .quiet
                }
            }
            group.addTask {
                guard let reason = await loss.wait() else { return .quiet }
                stop.send(())
                session.store.client.logger?.warning(
                    "\(error(reason))",
                    metadata: ["consul.session": "\(session.id)"]
                )
                await report(reason)
                return .quiet
            }
            var result: Result<Output, any Error>?
            while let event = await group.next() {
                guard case .ended(let end) = event else { continue }
                result = end
                group.cancelAll()
            }
            return result ?? .failure(CancellationError())
        }
    }

    /// Reports a body that still runs after the grace period.
    private func report(_ reason: CoordinationError.Reason) async {
        let time = session.time
        guard (try? await time.sleep(time.now() + overrun.grace.bounded)) != nil, !Task.isCancelled else { return }
        let error = error(reason)
        session.store.client.logger?.critical(
            "\(error), and its body still runs \(overrun.grace) after it was canceled",
            metadata: ["consul.session": "\(session.id)"]
        )
        overrun.report?(error)
    }
}

extension Result {
    /// The error, unless it is the answer to a cancellation, which says nothing about the cause.
    fileprivate var failure: (any Error)? {
        if case .failure(let error) = self, !(error is CancellationError) { error } else { nil }
    }
}
