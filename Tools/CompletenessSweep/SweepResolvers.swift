// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import ConsulResolver
import NetworkAddress
import TestSupport

/// The resolvers for one agent, without a cache.
struct SweepResolvers: Sendable {
    /// DNS only, starting with datagrams of 1232 bytes.
    let small: ServiceResolver
    /// DNS only, starting with datagrams of 4096 bytes.
    let large: ServiceResolver
    let automatic: ServiceResolver
    /// The reference.
    let http: ServiceResolver

    init(_ agent: ConsulAgent) throws {
        func resolver(
            _ strategy: ServiceResolver.Configuration.Strategy,
            payloadSize: UInt16? = nil
        ) throws -> ServiceResolver {
            var configuration = ServiceResolver.Configuration()
            configuration.dns.nameservers = [try HostPort("127.0.0.1:\(agent.ports.dns)")]
            configuration.dns.ednsPayloadSize = payloadSize
            configuration.dns.attemptTimeout = .seconds(10)
            configuration.http.address = try ConsulHTTPAddress("http://127.0.0.1:\(agent.ports.http)")
            configuration.strategy = strategy
            configuration.cache = nil
            configuration.timeout = .seconds(30)
            return try ServiceResolver(configuration: configuration)
        }
        small = try resolver(.dns, payloadSize: 1232)
        large = try resolver(.dns, payloadSize: 4096)
        automatic = try resolver(.automatic)
        http = try resolver(.http)
    }

    func shutdown() async {
        for resolver in [small, large, automatic, http] { await resolver.shutdown() }
    }
}
