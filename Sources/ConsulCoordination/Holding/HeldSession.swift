// SPDX-License-Identifier: Apache-2.0

public import ConsulHTTP

/// A session that lasts while a body runs, for several locks with one renewal.
public struct HeldSession: Sendable {
    package let holding: Holding

    /// The id of the session.
    public var id: String { holding.session.id }

    /// The time for which the session may still be relied on if no further renewal succeeds; zero after its loss.
    public var remaining: Duration { holding.remaining }

    /// Checks that the session still counts as held. Sends no request.
    ///
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/lost``.
    public func checkHeld() throws(CoordinationError) {
        try holding.checkHeld()
    }
}

extension ConsulHTTPClient {
    /// Creates a session, calls the body while the session lasts, and destroys it.
    ///
    /// The session is renewed at a third of its lease. If it is lost, or cannot be renewed in time, the body is canceled,
    /// and its result is discarded. The session is destroyed after the body has ended, also if the caller is canceled.
    ///
    /// - Parameters:
    ///   - options: The properties of the session.
    ///   - datacenter: The datacenter of the session; `nil`, the default, for the client's or else the agent's own. See
    ///     ``SessionStore/create(_:)`` for sessions in another one.
    ///   - overrun: The treatment of a body that ignores its cancellation.
    ///   - body: The work, in a task of its own.
    /// - Returns: The result of the body.
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/lost`` or
    ///   ``CoordinationError/Code/invalidArgument``; ``/ConsulHTTP/ConsulHTTPError`` if the session could not be created;
    ///   the error of the body; `CancellationError`.
    @discardableResult
    public func withSession<Output: Sendable>(
        _ options: SessionOptions,
        datacenter: String? = nil,
        overrun: OverrunPolicy = OverrunPolicy(),
        _ body: @escaping @Sendable (HeldSession) async throws -> Output
    ) async throws -> Output {
        try await LiveSession.run(options, in: SessionStore(self, datacenter: datacenter)) { session in
            let holding = Holding("the session \(session.id)", in: session, overrun: overrun)
            return try await holding.run { try await body(HeldSession(holding: holding)) }
        }
    }
}
