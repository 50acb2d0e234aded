// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionModel

struct CacheDiagnosticsTests {
    @Test func `Cache diagnostics begin with zeros`() async throws {
        try await withCachedResolver(configure: { $0.cache?.capacity = 7 }) { _, _, resolver in
            let cache = resolver.diagnostics().cache
            #expect(cache == .init(size: 0, capacity: 7, tally: CacheTally(), evictions: 0))
        }
    }

    @Test
    func `Cache diagnostics count the results of lookups, including hits served from a copy`() async throws {
        try await withCachedResolver { _, _, resolver in
            for _ in 0..<10 { _ = try await resolver.resolve("web") }
            for _ in 0..<5 { _ = try await resolver.resolve("web", tag: "v1") }
            let cache = resolver.diagnostics().cache
            #expect(cache.hits == 13 && cache.misses == 2 && cache.size == 2)
            #expect(resolver.diagnostics().cache == cache)
        }
    }

    @Test func `Cache diagnostics count a lookup that joins the fetch of another caller`() async throws {
        try await withCachedResolver { dns, _, resolver in
            let gate = Gate()
            dns.setScript { [.hold(gate), .reply(.service(to: $0, count: 1).withEDNS(of: $0))] }
            async let first = resolver.resolve("web")
            try await dns.waitForQueries(1)
            async let second = resolver.resolve("web")
            try await eventually("the second lookup to join the fetch") {
                resolver.diagnostics().cache.tally.coalesced == 1
            }
            gate.release()
            _ = try await (first, second)
            #expect(resolver.diagnostics().cache.misses == 1)
        }
    }

    @Test func `Cache diagnostics count stale answers, and report their greatest age`() async throws {
        try await withCachedResolver { dns, clock, resolver in
            _ = try await resolver.resolve("web")
            dns.setScript { [.reply(DNSReply(to: $0).with { $0.code = .serverFailure })] }
            clock.advance(by: .seconds(12))
            _ = try await resolver.resolve("web")
            clock.advance(by: .milliseconds(100))
            #expect(try await resolver.resolve("web").isStale)
            #expect(try await resolver.resolve("web").isStale)
            let cache = resolver.diagnostics().cache
            #expect(cache.stale == 2 && cache.tally.staleAge == .milliseconds(12_100))
            #expect(cache.misses == 2 && cache.hits == 0)
        }
    }

    @Test func `Cache diagnostics count lookups that hit a cached failure`() async throws {
        try await withCachedResolver { dns, _, resolver in
            dns.setScript { [.reply(DNSReply(to: $0).with { $0.code = .serverFailure })] }
            for _ in 0..<4 { _ = try await resolver.resolve("web") }
            #expect(resolver.diagnostics().cache.tally.negative == 3)
        }
    }

    @Test
    func `Cache diagnostics count refreshes ahead of the TTL, and report the lag of late ones`() async throws {
        try await withCachedResolver { _, clock, resolver in
            _ = try await resolver.resolve("web")
            clock.advance(by: .milliseconds(950))
            _ = try await resolver.resolve("web")
            try await resolver.waitForFetches()
            #expect(resolver.diagnostics().cache.tally.refreshes == 1)
            #expect(resolver.diagnostics().cache.tally.refreshLag == .zero)
            clock.advance(by: .seconds(4))
            _ = try await resolver.resolve("web")
            #expect(resolver.diagnostics().cache.tally.refreshLag == .seconds(3))
        }
    }

    @Test
    func `Cache diagnostics count answers that are held back, as the resolution's doubt shows`() async throws {
        try await withCachedResolver { dns, clock, resolver in
            _ = try await resolver.resolve("web")
            dns.setScript { [.reply(.nothing(to: $0, code: .nameError).withEDNS(of: $0))] }
            clock.advance(by: .seconds(2))
            let first = try await resolver.resolve("web")
            let second = try await resolver.resolve("web")
            for held in [first, second] {
                #expect(held.endpoints.count == 1 && held.isStale && held.doubt == Resolution.Doubt(reason: nil))
            }
            #expect(resolver.diagnostics().cache.tally.held == 1)
        }
    }

    @Test
    func `Cache diagnostics count evictions, and keep the counts of evicted entries`() async throws {
        try await withCachedResolver(configure: { $0.cache?.capacity = 2 }) { _, _, resolver in
            for number in 0..<5 {
                for _ in 0..<2 { _ = try await resolver.resolve("service-\(number)", tag: "v1") }
            }
            let cache = resolver.diagnostics().cache
            #expect(cache.size == 2 && cache.evictions == 3)
            #expect(cache.hits == 5 && cache.misses == 5)
        }
    }
}
