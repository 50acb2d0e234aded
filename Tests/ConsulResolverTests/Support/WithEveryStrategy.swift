// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport

/// Runs `body` with a resolver for each strategy, with a cache, that query the given ports of this machine, and shuts
/// them down even if `body` throws. A single run of a failure of Consul then tests all three.
///
/// They query more often than by default, so that more queries meet the failure.
func withEveryStrategy(
    dns: [Int],
    http: Int,
    configure: (inout ServiceResolver.Configuration) -> Void = { _ in },
    isolation: isolated (any Actor)? = #isolation,
    _ body: ([ServiceResolver]) async throws -> Void
) async throws {
    var configuration = ServiceResolver.Configuration()
    configuration.cache?.minimumTimeToLive = .milliseconds(50)
    configuration.following.minimumInterval = .milliseconds(50)
    configuration.dns.nameservers = dns.map { .loopback($0) }
    configuration.http.address = ConsulHTTPAddress(.loopback(http), usesTLS: false)
    configure(&configuration)
    let resolvers = try ServiceResolver.Configuration.Strategy.allCases.map { strategy in
        configuration.strategy = strategy
        return try ServiceResolver(configuration: configuration)
    }
    try await use(resolvers, in: body) { for resolver in $0 { await resolver.shutdown() } }
}
