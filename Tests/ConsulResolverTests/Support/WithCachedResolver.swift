// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import TestSupport

@testable import ConsulResolver
@testable import ResolutionCache
@testable import ResolverSupport

/// Runs `body` with a resolver that has a cache on a manual clock, and a DNS server that answers with one endpoint
/// until the test changes its script.
func withCachedResolver(
    metrics: (any MetricsFactory)? = nil,
    isolation: isolated (any Actor)? = #isolation,
    configure: (inout ServiceResolver.Configuration) -> Void = { _ in },
    _ body: (ScriptedDNSServer, ManualClock, ServiceResolver) async throws -> Void
) async throws {
    let script: ScriptedDNSServer.Script = { [.reply(.service(to: $0, count: 1).withEDNS(of: $0))] }
    try await withScriptedDNSServer(script: script) { dns in
        let clock = ManualClock()
        var configuration = ServiceResolver.Configuration.forTests(ports: [dns.port])
        configuration.cache = .init()
        configure(&configuration)
        let resolver = try ServiceResolver(
            configuration: configuration,
            logger: nil,
            metrics: metrics,
            time: TimeSource(clock)
        )
        let result: Result<Void, any Error>
        do { result = .success(try await body(dns, clock, resolver)) } catch { result = .failure(error) }
        await resolver.shutdown()
        try result.get()
    }
}

extension ServiceResolver {
    /// Waits until no query is pending.
    func waitForFetches() async throws {
        try await eventually("the end of all queries") { self.cache.isIdle }
    }
}
