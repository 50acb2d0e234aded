// SPDX-License-Identifier: Apache-2.0

package import ResolverSupport
public import ServiceLifecycle

/// A DNS client that sends queries to nameservers, many at a time, and returns their answers.
///
/// It keeps a few sockets for each server and transport, limits the queries in flight on them, and lets equal questions
/// share one query. All further policy is left to the caller: the choice of the server, and the completeness and
/// meaning of an answer.
///
/// Datagrams from servers on other machines are guarded against forgery (RFC 5452): the source port changes, names are
/// sent in a random case that the answer has to repeat, and after a few wrong answers a query is sent from another
/// port. After some more it fails with ``DNSClientError/Code/suspectedForgery``. Servers on loopback addresses are not
/// guarded.
///
/// A client owns one thread, which sleeps while there are no queries. Its methods may be called from any thread or
/// task. Keep one client for a process; a client that is released shuts itself down. In a `ServiceGroup`, it runs until
/// graceful shutdown (``run()``).
public final class DNSClient: Sendable {
    private let engine: Engine
    /// Sequences of this end when a shutdown has ended.
    private let ending = StateBroadcast(false)

    /// Starts a client. It sends nothing before the first query.
    ///
    /// - Throws: ``DNSClientError`` with ``DNSClientError/Code/outOfResources`` if the system grants no thread or no
    ///   descriptors.
    public init(configuration: Configuration = Configuration()) throws(DNSClientError) {
        engine = try Engine(configuration: EngineConfiguration(configuration))
    }

    deinit {
        engine.close()
    }

    /// Sends a query to one server and waits for its answer.
    ///
    /// - Parameters:
    ///   - query: The query.
    ///   - server: The server to which the query is sent.
    ///   - transport: The transport. A truncated UDP answer is returned as it is; there is no hidden retry over TCP.
    ///   - timeout: The time to wait for the answer, including the wait for room in the window. Unanswered datagrams
    ///     are sent again within it, first after ``Configuration/retransmissionInterval``.
    /// - Returns: The answer, whatever its response code.
    /// - Throws: ``DNSClientError`` if no answer arrived or the server's port is 0, `CancellationError` as soon as the
    ///   task is canceled. Neither affects other callers that wait for the same answer.
    public func query(
        _ query: DNSQuery,
        server: Nameserver,
        transport: DNSTransport,
        timeout: Duration
    ) async throws -> DNSAnswer {
        // `Deadline(in:)` would read the clock once more.
        let now = Moment.now
        let route = try route(to: server, over: transport)
        return try await engine.ask(query, route: route, askedAt: now, deadline: now + timeout.bounded)
    }

    /// Sends a query to one server and waits for its answer until a deadline; see ``query(_:server:transport:timeout:)``.
    package func query(
        _ query: DNSQuery,
        server: Nameserver,
        transport: DNSTransport,
        deadline: Deadline
    ) async throws -> DNSAnswer {
        let route = try route(to: server, over: transport)
        return try await engine.ask(query, route: route, askedAt: .now, deadline: deadline.moment)
    }

    private func route(to server: Nameserver, over transport: DNSTransport) throws(DNSClientError) -> Route {
        guard server.port != 0 else { throw DNSClientError(.invalidServer, server: server, transport: transport) }
        return Route(server: server, transport: transport)
    }

    /// Fails all pending queries with ``DNSClientError/Code/closed``, closes the sockets and ends the thread. Returns
    /// when that is done; repeated calls are harmless.
    public func shutdown() async {
        engine.close()
        await engine.waitUntilClosed()
        ending.finish()
    }
}

extension DNSClient: Service {
    /// Waits for graceful shutdown, and then closes the client; see ``shutdown()``.
    ///
    /// A `ServiceGroup` stops its services in reverse order: list the client before the services that use it. A client
    /// needs no ``run()`` to send queries. The method may be called several times; each call returns after the shutdown,
    /// also if another task began it.
    ///
    /// - Throws: `CancellationError` after the shutdown, if the task was canceled.
    public func run() async throws {
        await ending.waitForEnd()
        await shutdown()
        try Task.checkCancellation()
    }
}

extension DNSClient {
    /// Settings for the network use of a ``DNSClient``.
    public struct Configuration: Sendable {
        /// Queries in flight on one socket; the rest wait in order. Default 64, at least 1, at most 128, and over TCP
        /// at most 64: Consul closes a connection after 128 queries, and a query on a lost connection may be sent
        /// twice.
        ///
        /// Queries that have been unanswered for half of ``retransmissionInterval`` no longer count, up to three times
        /// as many. Queries for different datacenters are sent over different sockets, up to 8 of them.
        public var maximumInFlight = 64

        /// The time until an unanswered datagram is sent again; each later repetition waits twice as long. Default 400
        /// ms. Values outside of 1 ms to 24 hours are clamped.
        public var retransmissionInterval: Duration = .milliseconds(400)

        /// True if equal questions that are asked at the same time share one query. Default `true`; set to `false` in
        /// benchmarks.
        public var coalescesQueries = true

        /// True if servers on loopback addresses are guarded against forged answers like those on other machines. Used
        /// in tests of the guard.
        var guardsLoopback = false

        /// The defaults.
        public init() {}
    }
}

extension EngineConfiguration {
    fileprivate init(_ configuration: DNSClient.Configuration) {
        self.init(
            window: min(max(configuration.maximumInFlight, 1), 128),
            retransmissionMilliseconds: configuration.retransmissionMilliseconds,
            coalescesQueries: configuration.coalescesQueries,
            guardsLoopback: configuration.guardsLoopback
        )
    }
}

extension DNSClient.Configuration {
    /// ``retransmissionInterval`` clamped to its limits: c-ares counts milliseconds, and its fifth repetition must not
    /// overflow an `int`.
    var retransmissionMilliseconds: Int32 {
        let interval = min(max(retransmissionInterval, .milliseconds(1)), .seconds(24 * 3600))
        return Int32((Nanoseconds(interval).count + 999_999) / 1_000_000)
    }
}
