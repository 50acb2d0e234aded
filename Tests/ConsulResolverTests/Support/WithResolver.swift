// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import CoreMetrics
import Logging
import TestSupport

/// Runs `body` with a resolver that queries the given ports of this machine in turn over DNS, and uses HTTP only if it
/// is configured to. Shuts the resolver down even if `body` throws.
///
/// The resolver has no cache unless the test configures one. Its timeouts are long: a test without intended silence
/// ends before them on the slowest machine.
@discardableResult
func withResolver<Output>(
    ports: [Int],
    logger: Logger? = nil,
    metrics: (any MetricsFactory)? = nil,
    isolation: isolated (any Actor)? = #isolation,
    configure: (inout ServiceResolver.Configuration) -> Void = { _ in },
    _ body: (ServiceResolver) async throws -> Output
) async throws -> Output {
    var configuration = ServiceResolver.Configuration.forTests(ports: ports)
    configure(&configuration)
    let resolver = try ServiceResolver(configuration: configuration, logger: logger, metrics: metrics)
    return try await use(resolver, in: body) { await $0.shutdown() }
}

/// The same for a resolver with one port for DNS and another for HTTP, with timeouts for tests of intended silence.
@discardableResult
func withResolver<Output>(
    dns: Int,
    http: Int,
    logger: Logger? = nil,
    metrics: (any MetricsFactory)? = nil,
    isolation: isolated (any Actor)? = #isolation,
    configure: (inout ServiceResolver.Configuration) -> Void = { _ in },
    _ body: (ServiceResolver) async throws -> Output
) async throws -> Output {
    try await withResolver(
        ports: [dns],
        logger: logger,
        metrics: metrics,
        configure: { configuration in
            configuration.strategy = .automatic
            configuration.timeout = .seconds(5)
            configuration.dns.attemptTimeout = .milliseconds(1500)
            configuration.http.address = ConsulHTTPAddress(.loopback(http), usesTLS: false)
            configure(&configuration)
        },
        body
    )
}

extension HostPort {
    /// Returns a port of this machine.
    static func loopback(_ port: Int) -> HostPort {
        HostPort(host: .address(.v4(.loopback)), port: UInt16(port))
    }
}

extension ServiceResolver.Configuration {
    /// Returns a configuration that queries the given ports of this machine over DNS, without a cache.
    static func forTests(ports: [Int]) -> Self {
        var configuration = Self()
        configuration.strategy = .dns
        configuration.cache = nil
        configuration.timeout = .seconds(30)
        configuration.dns.attemptTimeout = .seconds(10)
        // Late, because a datagram that is retransmitted only because the machine was busy would be counted twice. Not
        // never, because the kernel limits how many closed ports it reports in a second, and a refusal may need a
        // second try.
        configuration.dns.client.retransmissionInterval = .seconds(2)
        configuration.dns.nameservers = ports.map { .loopback($0) }
        return configuration
    }

    /// Sets short timeouts, for tests of intended silence.
    mutating func beImpatient() {
        timeout = .milliseconds(600)
        dns.attemptTimeout = .milliseconds(100)
    }
}
