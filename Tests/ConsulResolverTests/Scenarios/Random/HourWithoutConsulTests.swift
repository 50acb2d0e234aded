// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionCache

struct HourWithoutConsulTests {
    /// The server answers SERVFAIL at first, and its port is closed in the last five minutes.
    private static let closing = 3300
    private static let end = 3600
    private static let steps = 10
    private static let picksPerStep = 10

    @Test
    func `An hour without Consul on the virtual clock fails no pick and no lookup, and ends soon`() async throws {
        try await withCachedResolver { dns, clock, resolver in
            dns.setScript { [.reply(.service(to: $0, count: 3).withEDNS(of: $0))] }
            let service = resolver.service("web", updating: .polling)
            try await service.ready()
            let expected = Set(service.balancer.endpoints.map(\.endpoint.authority))
            #expect(expected.count == 3)
            dns.setScript { query in [.reply(DNSReply(to: query).with { $0.code = .serverFailure })] }
            dns.forgetQueries()
            var used: [String: Int] = [:]
            var failed = 0
            for second in 0..<Self.end {
                if second == Self.closing { await dns.stop() }
                for _ in 0..<Self.steps {
                    // Neither picks nor hits suspend, and the follower shares the threads with other tests.
                    await Task.yield()
                    clock.advance(by: .seconds(1) / Self.steps)
                    for _ in 0..<Self.picksPerStep {
                        do {
                            let lease = try service.pick()
                            used[lease.endpoint.authority, default: 0] += 1
                            lease.finish(.success)
                        } catch {
                            failed += 1
                        }
                    }
                    failed += try await resolver.resolve("web").endpoints.count == expected.count ? 0 : 1
                    if !resolver.cache.isIdle { try await resolver.waitForFetches() }
                }
            }
            #expect(failed == 0)
            #expect(Set(used.keys) == expected)
            #expect(used.values.reduce(0, +) == Self.end * Self.steps * Self.picksPerStep)
            // Without an answer, the pauses grow to a bound, and the queries go on.
            #expect(dns.queries.count >= 50, "\(dns.queries.count) queries")

            dns.setScript { [.reply(.service(to: $0, count: 2).withEDNS(of: $0))] }
            try await dns.restart()
            let back = clock.now.offset
            while service.balancer.endpoints.count != 2, clock.now.offset < back + .seconds(60) {
                clock.advance(by: .milliseconds(100))
                try await resolver.waitForFetches()
                await Task.yield()
            }
            #expect(service.balancer.endpoints.count == 2)
        }
    }
}
