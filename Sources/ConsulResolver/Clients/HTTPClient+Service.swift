// SPDX-License-Identifier: Apache-2.0

public import AsyncHTTPClient
import ConsulHTTP
import LoadBalancing
public import Logging
import NIOCore
public import NIOSSL
import ResolverSupport

extension HTTPClient {
    /// Executes a request on an endpoint of a service, and on another one if that fails.
    ///
    /// ```swift
    /// let request = HTTPClientRequest(url: "http://web/items?page=2")
    /// let response = try await client.execute(request, on: resolver.service("web"), timeout: .seconds(2))
    /// ```
    ///
    /// The host and the port of the URL are replaced by those of the endpoint. The field `Host` keeps them, unless the
    /// request has a field `Host` of its own. An endpoint that was registered without a port is used at the port of the
    /// URL. Make the client with `HTTPClient.Configuration.forServices(serverName:tls:)`: with the defaults of
    /// AsyncHTTPClient, a refused connection is retried for ten seconds, the ninth request at a time waits for a slow
    /// endpoint, and redirects leave the service.
    ///
    /// **Attempts.** An attempt fails if its connection or its response fails, or takes too long, or if the status is a
    /// failure by ``HTTPRequestOptions/classifyResponse``. Another endpoint follows if there are attempts, time and
    /// retry budget left, and if the request may be repeated. An attempt without a connection may always be repeated.
    /// All others may be repeated if the method is idempotent or ``HTTPRequestOptions/repeatsAnyMethod`` is set, and if
    /// there is no body or ``HTTPRequestOptions/isBodyReplayable`` is set.
    ///
    /// **The body of the response** keeps its endpoint in use: until it has been read to its end, its error, or the
    /// release of the response and its body. An error while the body is read counts against the endpoint, and causes no
    /// further attempt. The latency of the endpoint is the time until the head of the response.
    ///
    /// **TLS.** AsyncHTTPClient takes the name for TLS from the URL, which has the endpoint's address: certificates are
    /// compared with that address, unless the client is made by
    /// `HTTPClient.Configuration.forServices(serverName:tls:)` with a name.
    ///
    /// - Parameters:
    ///   - request: The request, with a URL whose scheme is `http` or `https`. Its host names the service for the
    ///     server, and has no influence on the choice of the endpoint.
    ///   - service: The service. Keep it, and use it for all requests: it collects the results.
    ///   - timeout: The time for the first answer of Consul and for all attempts together, until the head of the
    ///     response. As with AsyncHTTPClient, the body has no deadline; `Configuration.timeout.read` limits its pauses.
    ///   - options: The number and kinds of further attempts.
    ///   - logger: Receives the events of the request and, at `debug`, attempts that failed before another one.
    /// - Returns: The response of the last attempt, whatever its status is.
    /// - Throws: The error of the last attempt, `HTTPClientError.deadlineExceeded` if the time is up,
    ///   `PickError` if there is no endpoint, and the errors of ``ConsulService/ready(timeout:)``.
    nonisolated(nonsending) public func execute(
        _ request: HTTPClientRequest,
        on service: ConsulService,
        timeout: Duration,
        options: HTTPRequestOptions = HTTPRequestOptions(),
        logger: Logger? = nil
    ) async throws -> HTTPClientResponse {
        let deadline = Deadline(in: timeout)
        var exchange = try HTTPExchange(self, service, request, options, deadline: deadline, logger: logger)
        try await service.ready(timeout: min(timeout, service.followed.resolver.configuration.timeout))
        guard deadline.remaining > .zero else { throw HTTPClientError.deadlineExceeded }
        return try await exchange.run()
    }
}

extension HTTPClient.Configuration {
    /// Returns settings for `HTTPClient.execute(_:on:timeout:options:logger:)`, with which failures of
    /// endpoints are seen at once: a connection that fails is not retried in the background, 256 connections to one
    /// endpoint can be open (its own default lets the ninth request wait), a connection takes one second at most, and
    /// redirects are returned as responses, since their target is the service and not the endpoint. All of them can be
    /// changed afterwards.
    ///
    /// With a server name, all certificates must be valid for this name, as in `https://name/`, and not for the
    /// addresses of endpoints. The check follows the handshake and precedes the first request. AsyncHTTPClient sends no
    /// server name indication (SNI) to an address, so a server with several certificates presents its default one. A
    /// client serves one name; use a client for each service with TLS.
    ///
    /// - Parameters:
    ///   - serverName: The name in the certificates of the service; `nil` to expect the addresses of its endpoints.
    ///   - tls: The settings of TLS, such as trust roots. With a server name, certificates are verified even if these
    ///     settings say otherwise.
    public static func forServices(
        serverName: String? = nil,
        tls: TLSConfiguration = .makeClientConfiguration()
    ) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls, redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(1)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
        if let serverName {
            let required = RequiredName(serverName)
            configuration.tlsConfiguration?.certificateVerification = .noHostnameVerification
            // Despite the word "debug" in their names, errors of these initializers fail the connection.
            configuration.http1_1ConnectionDebugInitializer = { required.check($0) }
            configuration.http2ConnectionDebugInitializer = { required.check($0) }
        }
        return configuration
    }
}
