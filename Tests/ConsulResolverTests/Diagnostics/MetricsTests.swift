// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import MetricsTestKit
import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionSources

struct MetricsTests {
    private let metrics = TestMetrics()

    private func count(_ name: String, _ dimensions: [(String, String)] = []) throws -> Int64 {
        try metrics.expectCounter("consul.resolver.\(name)", dimensions).totalValue
    }

    private func times(_ name: String, _ dimensions: [(String, String)] = []) throws -> [Duration] {
        try metrics.expectTimer("consul.resolver.\(name)", dimensions).values.map(Duration.nanoseconds)
    }

    @Test
    func `Hits are recorded at the end of the next fetch for the same request`() async throws {
        try await withCachedResolver(metrics: metrics) { _, clock, resolver in
            for _ in 0..<4 { _ = try await resolver.resolve("web", tag: "v1") }
            #expect(try count("cache.hits") == 0 && count("cache.misses") == 1)
            clock.advance(by: .seconds(1))
            _ = try await resolver.resolve("web", tag: "v1")
            #expect(try count("cache.hits") == 3 && count("cache.misses") == 2)
        }
    }

    @Test(arguments: [1, 2])
    func `All hits are recorded once when diagnostics are read`(times: Int) async throws {
        try await withCachedResolver(metrics: metrics) { _, _, resolver in
            for _ in 0..<10 { _ = try await resolver.resolve("web") }
            for _ in 0..<times { _ = resolver.diagnostics() }
            #expect(try count("cache.hits") == 9)
        }
    }

    @Test func `All hits are recorded once at shutdown`() async throws {
        try await withCachedResolver(metrics: metrics) { _, _, resolver in
            for _ in 0..<10 { _ = try await resolver.resolve("web") }
            await resolver.shutdown()
            #expect(try count("cache.hits") == 9)
            await resolver.shutdown()
            #expect(try count("cache.hits") == 9)
            #expect(try metrics.expectMeter("consul.resolver.cache.size").lastValue == 0)
        }
    }

    @Test func `Timers record the age of stale answers and the lag of late refreshes`() async throws {
        try await withCachedResolver(metrics: metrics) { dns, clock, resolver in
            _ = try await resolver.resolve("web")
            dns.setScript { [.reply(DNSReply(to: $0).with { $0.code = .serverFailure })] }
            clock.advance(by: .seconds(5))
            _ = try await resolver.resolve("web")
            _ = try await resolver.resolve("web")
            #expect(try times("cache.refresh.lag") == [.seconds(4)])
            #expect(try times("cache.stale.age").isEmpty)
            _ = resolver.diagnostics()
            #expect(try times("cache.stale.age") == [.seconds(5)])
            #expect(try count("cache.stale") == 1)
            // Ages start again in a later outage.
            dns.setScript { [.reply(.service(to: $0, count: 1).withEDNS(of: $0))] }
            clock.advance(by: .seconds(2))
            _ = try await resolver.resolve("web")
            try await resolver.waitForFetches()
            dns.setScript { [.reply(DNSReply(to: $0).with { $0.code = .serverFailure })] }
            clock.advance(by: .seconds(2))
            _ = try await resolver.resolve("web")
            _ = try await resolver.resolve("web")
            _ = resolver.diagnostics()
            #expect(try times("cache.stale.age") == [.seconds(5), .seconds(7), .seconds(2)])
            #expect(resolver.diagnostics().cache.tally.staleAge == .seconds(7))
        }
    }

    @Test
    func `Counters record held, evicted, negative and refreshed answers, and a meter the size`() async throws {
        try await withCachedResolver(metrics: metrics, configure: { $0.cache?.capacity = 2 }) { dns, clock, resolver in
            for number in 0..<3 { _ = try await resolver.resolve("service-\(number)") }
            #expect(try count("cache.evictions") == 1)
            #expect(try metrics.expectMeter("consul.resolver.cache.size").lastValue == 2)
            clock.advance(by: .milliseconds(950))
            _ = try await resolver.resolve("service-2")
            try await resolver.waitForFetches()
            #expect(try count("cache.refreshes") == 1)
            dns.setScript { [.reply(.nothing(to: $0, code: .nameError).withEDNS(of: $0))] }
            clock.advance(by: .seconds(2))
            _ = try await resolver.resolve("service-2")
            #expect(try count("cache.held") == 1)
            dns.setScript { [.reply(DNSReply(to: $0).with { $0.code = .serverFailure })] }
            for _ in 0..<2 { _ = try await resolver.resolve("cold") }
            _ = resolver.diagnostics()
            #expect(try count("cache.negative") == 1)
            #expect(try count("cache.coalesced") == 0)
        }
    }

    @Test
    func `Counters record queries by source and outcome and each escalation, and a timer their time`() async throws {
        let states = (OutcomeTable.DNSState.trimmed, OutcomeTable.HTTPState.answers)
        try await withScriptedDNSServer(script: { states.0.steps(for: $0) }) { dns in
            try await withScriptedHTTPServer(script: states.1.script) { http in
                try await withResolver(dns: dns.port, http: http.port, metrics: metrics) { resolver in
                    _ = try await resolver.resolve("web")
                }
            }
        }
        for way in ["dns-udp", "dns-tcp", "http"] {
            #expect(try count("queries", [("way", way), ("outcome", "answered")]) == 1)
            #expect(try count("queries", [("way", way), ("outcome", "timedOut")]) == 0)
        }
        #expect(try count("escalations", [("to", "dns-tcp")]) == 1)
        #expect(try count("escalations", [("to", "http")]) == 1)
        #expect(try times("question.duration", [("outcome", "endpoints")]).count == 1)
        #expect(try times("question.duration", [("outcome", "unknown")]).isEmpty)
    }

    @Test
    func `Counters record a hedge to the second server, and the hedge that won`() async throws {
        try await withScriptedDNSServer(script: { _ in [] }) { first in
            let answer: ScriptedDNSServer.Script = { [.reply(.service(to: $0, count: 1).withEDNS(of: $0))] }
            try await withScriptedDNSServer(script: answer) { second in
                try await withResolver(ports: [first.port, second.port], metrics: metrics) { resolver in
                    _ = try await resolver.resolve("web")
                    #expect(resolver.diagnostics().nameservers.map(\.hedgesWon) == [0, 1])
                }
            }
        }
        #expect(try count("hedges.sent") == 1 && count("hedges.won") == 1)
    }

    @Test(arguments: [false, true])
    func `No metric belongs to a single service, nor to a server without a query`(eachNameserver: Bool) async throws {
        try await withCachedResolver(
            metrics: metrics,
            configure: { $0.dns.reportsEachNameserver = eachNameserver }
        ) { dns, _, resolver in
            let before = metrics.counters.count
            for number in 0..<20 { _ = try await resolver.resolve("service-\(number)") }
            #expect(metrics.counters.count == before + (eachNameserver ? 1 : 0))
            guard eachNameserver else { return }
            let server = [("server", "127.0.0.1:\(dns.port)"), ("outcome", "answered")]
            #expect(try count("nameserver.queries", server) == 20)
        }
    }

    @Test func `Servers beyond the capacity share one dimension`() throws {
        let servers = ServerMetrics(metrics, capacity: 3)
        for port in 1...10 { servers.count(Nameserver(address: .v4(.loopback), port: UInt16(port)), .answered) }
        #expect(metrics.counters.count == 4)
        #expect(try count("nameserver.queries", [("server", "others"), ("outcome", "answered")]) == 7)
    }
}
