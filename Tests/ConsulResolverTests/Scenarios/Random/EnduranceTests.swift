// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionCache

struct EnduranceTests {
    /// The outage, on the virtual clock: SERVFAIL, then silence that ends in SERVFAIL after two seconds, then SERVFAIL
    /// again, and at last a closed port.
    private static let silence = 300..<540
    private static let closing = 590
    private static let end = 600

    private static let step = Duration.milliseconds(10)
    private static let lookupsPerStep = 10

    /// The queries that the agent does not answer yet, with their times.
    private final class Silence: Sendable {
        private let fetches = NIOLockedValueBox<[(gate: Gate, since: Duration)]>([])

        var isEmpty: Bool { fetches.withLockedValue { $0.isEmpty } }

        func take(at now: Duration) -> Gate {
            let gate = Gate()
            fetches.withLockedValue { $0.append((gate, now)) }
            return gate
        }

        /// - Returns: True if a query was answered.
        func end(at now: Duration) -> Bool {
            let over = fetches.withLockedValue { fetches in
                defer { fetches.removeAll { $0.since + .seconds(2) <= now } }
                return fetches.filter { $0.since + .seconds(2) <= now }
            }
            for question in over { question.gate.release() }
            return !over.isEmpty
        }
    }

    @Test
    func `An outage with 600 000 lookups fails none, loses no endpoint and ends soon`() async throws {
        try await withCachedResolver { dns, clock, resolver in
            let silence = Silence()
            dns.setScript { [.reply(.service(to: $0, count: 3).withEDNS(of: $0))] }
            let expected = try await resolver.resolve("web").authorities
            dns.setScript { query in
                let failure = DNSReply(to: query).with { $0.code = .serverFailure }
                let now = clock.now.offset
                let isSilent = Self.silence.contains(Int(now.components.seconds))
                return (isSilent ? [.hold(silence.take(at: now))] : []) + [.reply(failure)]
            }
            dns.forgetQueries()
            var failed = 0
            for second in 0..<Self.end {
                if second == Self.closing { await dns.stop() }
                for _ in 0..<100 {
                    // Hits do not suspend, and other tests share the thread.
                    await Task.yield()
                    clock.advance(by: Self.step)
                    failed += try await lookUp(resolver, expecting: expected.count)
                    if silence.end(at: clock.now.offset) || !resolver.cache.isIdle {
                        try await eventually("an answer or silence") { resolver.cache.isIdle || !silence.isEmpty }
                    }
                }
                #expect(try await resolver.resolve("web").authorities == expected)
            }
            try await resolver.waitForFetches()
            #expect(failed == 0)
            // During the silence each query takes two seconds, and a pause of the same length follows. Some lookups are
            // answered from the state of the nameserver.
            let asked = dns.queries.count
            #expect(150...Self.end ~= asked, "\(asked) queries")
            #expect(resolver.cache.tally.stale >= 590_000)

            dns.setScript { [.reply(.service(to: $0, count: 2).withEDNS(of: $0))] }
            try await dns.restart()
            let back = clock.now.offset
            while try await resolver.resolve("web").isStale, clock.now.offset < back + .seconds(60) {
                clock.advance(by: Self.step)
                try await resolver.waitForFetches()
            }
            #expect(clock.now.offset - back <= .seconds(2))
            #expect(try await resolver.resolve("web").endpoints.count == 2)
        }
    }

    private func lookUp(_ resolver: ServiceResolver, expecting count: Int) async throws -> Int {
        var failed = 0
        for _ in 0..<Self.lookupsPerStep {
            guard case .endpoints(let endpoints) = try await resolver.resolve("web").outcome, endpoints.count == count
            else {
                failed += 1
                continue
            }
        }
        return failed
    }
}
