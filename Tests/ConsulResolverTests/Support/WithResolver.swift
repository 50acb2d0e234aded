// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import CoreMetrics
import Logging

/// Makes a resolver that asks the given ports of this machine in turn over DNS, and over HTTP only if it is configured
/// to, hands it to the body, and shuts it down however the body ends.
///
/// Nothing is cached unless the test says so, and the times are long: a test in which nothing is silent on purpose ends before them on the slowest machine.
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
    let result: Result<Output, any Error>
    do { result = .success(try await body(resolver)) } catch { result = .failure(error) }
    await resolver.shutdown()
    return try result.get()
}

/// The same for a resolver that asks one port over DNS and another over HTTP, with times for tests in which somebody is
/// silent on purpose.
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
    /// A port of this machine.
    static func loopback(_ port: Int) -> HostPort {
        HostPort(host: .address(.v4(.loopback)), port: UInt16(port))
    }
}

extension ServiceResolver.Configuration {
    /// Asks the given ports of this machine over DNS, and caches nothing.
    static func forTests(ports: [Int]) -> Self {
        var configuration = Self()
        configuration.strategy = .dns
        configuration.cache = nil
        configuration.timeout = .seconds(30)
        configuration.dns.attemptTimeout = .seconds(10)
        // Late, because a datagram that is repeated only because the machine was busy would be counted twice; but not
        // never: the kernel limits how many closed ports it reports in a second, and a refusal may need a second try.
        configuration.dns.client.retransmissionInterval = .seconds(2)
        configuration.dns.nameservers = ports.map { .loopback($0) }
        return configuration
    }

    /// Short times, for tests in which somebody is silent on purpose.
    mutating func beImpatient() {
        timeout = .milliseconds(600)
        dns.attemptTimeout = .milliseconds(100)
    }
}
