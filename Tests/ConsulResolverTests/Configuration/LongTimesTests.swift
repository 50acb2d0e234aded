// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionCache
@testable import ResolutionModel

/// All durations of a configuration, found by reflection, so that a new one is not forgotten.
struct LongTimesTests {
    private static let longest = Duration.seconds(Int64.max)

    private static var full: ServiceResolver.Configuration {
        var configuration = ServiceResolver.Configuration()
        configuration.probes = .init()
        configuration.snapshot = .init(path: "")
        return configuration
    }

    @Test func `Every duration of a configuration is known by name, except those of other modules`() {
        let found = times(of: Self.full).filter { name in
            !["http.", "dns.client.", "balancing."].contains { name.hasPrefix($0) }
        }
        let known =
            ServiceResolver.Configuration.times.map(\.name) + ServiceResolver.Configuration.cacheTimes.map(\.name)
            + ServiceResolver.Configuration.boundedTimes
        #expect(Set(found) == Set(known))
        #expect(found.count == known.count)
    }

    @Test func `A negative duration is refused by name`() throws {
        for (name, path) in ServiceResolver.Configuration.times {
            var configuration = ServiceResolver.Configuration()
            configuration[keyPath: path] = .nanoseconds(-1)
            let error = #expect(throws: ConfigurationError.self) { try configuration.withCheckedTimes() }
            #expect(error?.setting == name)
        }
        for (name, path) in ServiceResolver.Configuration.cacheTimes {
            var configuration = ServiceResolver.Configuration()
            configuration.cache?[keyPath: path] = .nanoseconds(-1)
            let error = #expect(throws: ConfigurationError.self) { try configuration.withCheckedTimes() }
            #expect(error?.setting == name)
        }
    }

    @Test
    func `A resolver with the longest durations resolves, follows, fails over and ends`() async throws {
        let script: ScriptedDNSServer.Script = { [.reply(.service(to: $0, count: 2).withEDNS(of: $0))] }
        try await withScriptedDNSServer(script: script) { dns in
            try await withScriptedHTTPServer(script: OutcomeTable.HTTPState.answers.script) { http in
                for strategy in ServiceResolver.Configuration.Strategy.allCases {
                    try await withTemporaryDirectory { directory in
                        var configuration = Self.longConfiguration(snapshot: directory + "/snapshot")
                        configuration.strategy = strategy
                        configuration.dns.nameservers = [.loopback(dns.port), .loopback(dns.port)]
                        configuration.http.address = ConsulHTTPAddress(.loopback(http.port), usesTLS: false)
                        let resolver = try ServiceResolver(configuration: configuration)
                        try await use(resolver, dns)
                        await resolver.shutdown()
                    }
                }
            }
        }
    }

    private func use(_ resolver: ServiceResolver, _ dns: ScriptedDNSServer) async throws {
        #expect(try await resolver.resolve("web", timeout: Self.longest).endpoints.count > 0)
        for mode in [ConsulService.UpdateMode.watch, .polling] {
            let service = resolver.service("followed-\(mode)", updating: mode)
            var updates = service.updates.makeAsyncIterator()
            #expect(await updates.next()?.endpoints.isEmpty == false)
            try await service.ready(timeout: Self.longest)
            _ = try service.pick()
        }
        if resolver.configuration.strategy != .http {
            var request = ServiceRequest("web")
            request.alternatives = [.datacenter("dc2")]
            _ = try await resolver.resolve(request, timeout: Self.longest)
        }
        // A fetch for an entry that is stale already runs with the client response timer.
        _ = try await resolver.cache.renewed(
            resolver.cache.handle(for: ServiceRequest("web")).slot,
            ifOlderThan: .zero,
            deadline: Deadline(in: Self.longest)
        )
    }

    /// A configuration in which every duration has its greatest possible length.
    private static func longConfiguration(snapshot path: String) -> ServiceResolver.Configuration {
        var configuration = full
        for (_, path) in ServiceResolver.Configuration.times { configuration[keyPath: path] = longest }
        for (_, path) in ServiceResolver.Configuration.cacheTimes { configuration.cache?[keyPath: path] = longest }
        configuration.probes?.interval = longest
        configuration.probes?.timeout = longest
        configuration.snapshot = .init(path: path)
        configuration.snapshot?.minimumInterval = longest
        configuration.snapshot?.maximumAge = longest
        configuration.http.requestTimeout = longest
        configuration.http.connectTimeout = longest
        configuration.http.connections.idleTimeout = longest
        configuration.dns.client.retransmissionInterval = longest
        configuration.balancing.recordHold = longest
        configuration.balancing.latency.timeConstant = longest
        configuration.balancing.latency.failurePenalty = longest
        return configuration
    }

    /// The paths of all properties that are durations.
    private func times(of value: Any, at path: String = "") -> [String] {
        Mirror(reflecting: value).children.flatMap { child -> [String] in
            // The value inside an optional has the optional's own name.
            let label =
                child.label == "some" ? path : [path, child.label ?? ""].filter { !$0.isEmpty }.joined(separator: ".")
            if child.value is Duration { return [label] }
            return times(of: child.value, at: label)
        }
    }
}
