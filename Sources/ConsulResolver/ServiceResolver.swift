// SPDX-License-Identifier: Apache-2.0

public import ConsulDNS
public import Logging

/// Finds the healthy instances of Consul services.
///
/// ```swift
/// let resolver = try ServiceResolver()
/// let resolution = try await resolver.resolve("web")
/// for endpoint in resolution.endpoints { print(endpoint.authority) }
/// ```
///
/// Keep one for the life of the process: it owns the sockets, and a thread that sleeps while nothing is asked. Its
/// methods may be called from anywhere. A resolver that is let go shuts itself down.
public final class ServiceResolver: Sendable {
    let configuration: Configuration
    let dns: DNSSource
    private let client: DNSClient
    private let logger: Logger

    /// A resolver configured by the environment: the agents named in `CONSUL_DNS_ADDR`, or 127.0.0.1:8600.
    ///
    /// - Throws: ``ConfigurationError`` for a variable that makes no sense, `DNSClientError` when the system grants no
    ///   thread.
    public convenience init() throws {
        try self.init(configuration: .fromProcessEnvironment())
    }

    /// A resolver with a configuration.
    ///
    /// - Parameters:
    ///   - configuration: How to ask.
    ///   - logger: Where to note what happens on the way, at `debug` and below; nowhere by default.
    /// - Throws: `DNSClientError` when the system grants no thread or no descriptors.
    public init(configuration: Configuration, logger: Logger? = nil) throws {
        self.configuration = configuration
        self.logger = logger ?? Logger(label: "consul-resolver") { _ in SwiftLogNoOpLogHandler() }
        client = try DNSClient(configuration: configuration.dns.client)
        dns = DNSSource(client: client, configuration: configuration.dns)
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
    /// - Throws: `ConsulNameError` for a name that DNS cannot carry, `CancellationError` as soon as the task is
    ///   cancelled, `DNSClientError` after ``shutdown()``.
    public func resolve(
        _ service: String,
        tag: String? = nil,
        in locality: ConsulLocality = .local,
        timeout: Duration? = nil
    ) async throws -> Resolution {
        let name = try ConsulName.service(service, tag: tag, in: locality, domain: configuration.dns.domain)
        return try await resolve(name, timeout: timeout)
    }

    /// Asks for the instances behind any name of Consul's that has SRV records: a service in the form of RFC 2782, mesh
    /// proxies, an ingress gateway, a prepared query.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - timeout: How long to take at most; ``Configuration/timeout`` by default.
    /// - Throws: `CancellationError` as soon as the task is cancelled, `DNSClientError` after ``shutdown()``.
    public func resolve(_ name: ConsulName, timeout: Duration? = nil) async throws -> Resolution {
        let start = ContinuousClock.now
        let deadline = Deadline(in: timeout ?? configuration.timeout)
        var resolution = try await dns.resolve(name.domainName, deadline: deadline)
        resolution.elapsed = start.duration(to: .now)
        log(name, resolution)
        return resolution
    }

    /// Ends everything: whoever is waiting gets an error, sockets are closed, the thread has ended when this returns.
    public func shutdown() async {
        await client.shutdown()
    }

    private func log(_ name: ConsulName, _ resolution: Resolution) {
        guard logger.logLevel <= .debug else { return }
        var metadata: Logger.Metadata = ["consul.name": "\(name)", "consul.source": "\(resolution.source)"]
        switch resolution.outcome {
        case .endpoints(let endpoints):
            metadata["consul.endpoints"] = "\(endpoints.count)"
            metadata["consul.complete"] = "\(resolution.isComplete)"
        case .empty:
            metadata["consul.endpoints"] = "0"
        case .unknown(let failure):
            metadata["consul.failure"] = "\(failure)"
        }
        logger.debug("resolved", metadata: metadata)
    }
}
