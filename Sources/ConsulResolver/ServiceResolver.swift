// SPDX-License-Identifier: Apache-2.0

public import ConsulDNS
import ConsulHTTP
public import Logging

/// Finds the healthy instances of Consul services.
///
/// ```swift
/// let resolver = try ServiceResolver()
/// let resolution = try await resolver.resolve("web")
/// for endpoint in resolution.endpoints { print(endpoint.authority) }
/// ```
///
/// Consul is asked over DNS, and over its HTTP API for what DNS cannot tell; see ``Configuration/strategy``.
///
/// Keep one for the life of the process: it owns the sockets, and a thread that sleeps while nothing is asked. Its
/// methods may be called from anywhere. A resolver that is let go shuts itself down.
public final class ServiceResolver: Sendable {
    let configuration: Configuration
    let dns: DNSSource
    let http: HTTPSource
    let fallback: Fallback
    let followers = FollowerRegistry()
    let probePlan: ProbePlan?
    let logger: Logger
    private let client: DNSClient

    /// A resolver configured by the environment: `CONSUL_DNS_ADDR` for DNS, 127.0.0.1:8600 by default, and Consul's own
    /// variables for HTTP, 127.0.0.1:8500 by default.
    ///
    /// - Throws: ``ConfigurationError`` for a variable that makes no sense, `ConsulHTTPError` for certificates that are
    ///   not in their files, `DNSClientError` when the system grants no thread.
    public convenience init() throws {
        try self.init(configuration: .fromProcessEnvironment())
    }

    /// A resolver with a configuration.
    ///
    /// - Parameters:
    ///   - configuration: How to ask.
    ///   - logger: Where to note what happens on the way, at `debug` and below; nowhere by default.
    /// - Throws: `DNSClientError` when the system grants no thread or no descriptors, `ConsulHTTPError` for certificates
    ///   that are not in their files, ``ConfigurationError`` for probes that make no sense.
    public init(configuration: Configuration, logger: Logger? = nil) throws {
        self.configuration = configuration
        self.logger = logger ?? Logger(label: "consul-resolver") { _ in SwiftLogNoOpLogHandler() }
        probePlan = try configuration.probes.map { probes throws(ConfigurationError) in try ProbePlan(probes) }
        http = HTTPSource(
            client: try ConsulHTTPClient(configuration: configuration.http, logger: logger),
            domain: configuration.dns.domain
        )
        client = try DNSClient(configuration: configuration.dns.client)
        dns = DNSSource(client: client, configuration: configuration.dns)
        fallback = Fallback(dns: dns, http: http, configuration: configuration)
    }

    /// Asks for the healthy instances of a service.
    ///
    /// What comes of it is in ``Resolution/outcome``: endpoints, "there are none" or "could not know". Errors are thrown
    /// only when nothing could be asked.
    ///
    /// - Parameters:
    ///   - service: The service's name.
    ///   - tag: Only instances with this tag.
    ///   - locality: Where; the agent's own datacenter by default.
    ///   - timeout: How long to take at most; ``Configuration/timeout`` by default.
    /// - Throws: `ConsulNameError` for a name that is empty or, with ``Configuration/Strategy/dns``, that DNS cannot
    ///   carry; `CancellationError` as soon as the task is cancelled; `DNSClientError` or `ConsulHTTPError` with the code
    ///   `closed` after ``shutdown()``.
    public func resolve(
        _ service: String,
        tag: String? = nil,
        in locality: ConsulLocality = .local,
        timeout: Duration? = nil
    ) async throws -> Resolution {
        let request = ServiceRequest(service, tags: tag.map { [$0] } ?? [], in: locality)
        return try await resolve(request, timeout: timeout)
    }

    /// Asks for the instances of a service that meet further conditions, or behind something else that Consul can name:
    /// mesh proxies, an ingress gateway, a prepared query.
    ///
    /// - Parameters:
    ///   - request: What to ask for.
    ///   - timeout: How long to take at most; ``Configuration/timeout`` by default.
    /// - Throws: As ``resolve(_:tag:in:timeout:)``; ``ServiceRequestError`` for a request that makes no sense, or that the
    ///   configured strategy cannot carry.
    public func resolve(_ request: ServiceRequest, timeout: Duration? = nil) async throws -> Resolution {
        let start = ContinuousClock.now
        let deadline = Deadline(in: timeout ?? configuration.timeout)
        var resolution = try await fallback.resolve(request, deadline: deadline)
        resolution.elapsed = start.duration(to: .now)
        log(request, resolution)
        return resolution
    }

    /// Ends everything: whoever is waiting gets an error, whoever follows a service sees the end, connections are closed,
    /// the thread has ended when this returns.
    public func shutdown() async {
        await followers.shutdown()
        await http.client.shutdown()
        await dns.shutdown()
        await client.shutdown()
    }

    private func log(_ request: ServiceRequest, _ resolution: Resolution) {
        guard logger.logLevel <= .debug else { return }
        var metadata: Logger.Metadata = ["consul.service": "\(request)", "consul.source": "\(resolution.source)"]
        switch resolution.outcome {
        case .endpoints(let endpoints):
            metadata["consul.endpoints"] = "\(endpoints.count)"
            metadata["consul.complete"] = "\(resolution.isComplete)"
        case .empty(let reason):
            metadata["consul.endpoints"] = "0"
            if let reason { metadata["consul.reason"] = "\(reason)" }
        case .unknown(let failure):
            metadata["consul.failure"] = "\(failure)"
        }
        logger.debug("resolved", metadata: metadata)
    }
}
