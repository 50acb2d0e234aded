// SPDX-License-Identifier: Apache-2.0

/// Asks nameservers questions, many at a time, and hands back what they said.
///
/// It keeps a few sockets for each server and transport, bounds what is in flight on them, lets equal questions share one
/// query, and knows no policy beyond that: which server to ask, whether an answer is complete and what it means is the
/// caller's business.
///
/// Datagrams from servers on other machines are guarded against forgery (RFC 5452): the source port changes, names are
/// sent in a random case that the answer has to repeat, and after a few wrong answers a query goes out from another port.
/// After some more it fails with ``DNSClientError/Code/suspectedForgery``. Servers on loopback addresses are not guarded.
///
/// A client owns one thread, which sleeps while nothing is asked. Its methods may be called from anywhere. Keep one
/// client for a process; a client that is let go shuts itself down.
public final class DNSClient: Sendable {
    private let engine: Engine

    /// Starts a client. Nothing is sent until something is asked.
    ///
    /// - Throws: ``DNSClientError`` with ``DNSClientError/Code/outOfResources`` when the system grants no thread or no
    ///   descriptors.
    public init(configuration: Configuration = Configuration()) throws(DNSClientError) {
        engine = try Engine(configuration: configuration)
    }

    deinit {
        engine.close()
    }

    /// Asks one server and waits for its answer.
    ///
    /// - Parameters:
    ///   - query: What is asked.
    ///   - server: Who is asked.
    ///   - transport: Over what. A truncated UDP answer is returned as it is; there is no hidden retry over TCP.
    ///   - timeout: How long to wait, the time in the waiting room included. Unanswered datagrams are sent again within
    ///     it, first after ``Configuration/retransmissionInterval``.
    /// - Returns: The answer, whatever its response code.
    /// - Throws: ``DNSClientError`` when no answer came or the server's port is 0, `CancellationError` as soon as the task is cancelled. Neither
    ///   disturbs others who wait for the same answer.
    public func query(
        _ query: DNSQuery,
        server: Nameserver,
        transport: DNSTransport,
        timeout: Duration
    ) async throws -> DNSAnswer {
        guard server.port != 0 else { throw DNSClientError(.invalidServer, server: server, transport: transport) }
        return try await engine.ask(query, route: Route(server: server, transport: transport), timeout: timeout)
    }

    /// Fails everything that is being asked with ``DNSClientError/Code/closed``, closes the sockets and ends the
    /// thread. Returns when that is done; calling it again is harmless.
    public func shutdown() async {
        engine.close()
        await engine.waitUntilClosed()
    }
}
