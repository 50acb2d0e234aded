// SPDX-License-Identifier: Apache-2.0

import ConsulResolver

/// Makes a resolver for each strategy, with a cache, that ask the given ports of this machine, and shuts them down however
/// the body ends: one run of whatever happens to Consul is then one for all three.
///
/// They ask more often than by default, so that more questions meet what happens.
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
    let result: Result<Void, any Error>
    do { result = .success(try await body(resolvers)) } catch { result = .failure(error) }
    for resolver in resolvers { await resolver.shutdown() }
    try result.get()
}
