// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import TestSupport
import Testing

@testable import LoadBalancing

@Suite struct `The latency that counts for an outcome` {
    private func price(_ outcome: Outcome, elapsed: Int64, expected: Int64? = nil) -> Int64? {
        var estimate = LatencyEstimate()
        estimate.reset(to: expected, at: .seconds(1))
        return estimate.latency(of: outcome, elapsed: elapsed, at: .seconds(1))
    }

    @Test func `The priced latency is the measured one for a response, and at least five seconds for a failure`() {
        #expect(price(.success, elapsed: 7) == 7)
        #expect(price(.failure(.client), elapsed: 7) == 7)
        for kind in [FailureKind.connect, .timeout, .server, .overload()] {
            #expect(price(.failure(kind), elapsed: 7) == 5_000_000_000)
            #expect(price(.failure(kind), elapsed: 10_000_000_000) == 10_000_000_000)
        }
        #expect(price(.success, elapsed: -7) == 0)
    }

    @Test func `The priced latency of an overloaded server is the delay that it requests`() {
        func price(_ delay: Duration, elapsed: Int64 = 7) -> Int64? {
            self.price(.failure(.overload(retryAfter: delay)), elapsed: elapsed)
        }
        #expect(price(.seconds(2)) == 2_000_000_000)
        #expect(price(.seconds(2), elapsed: 3_000_000_000) == 3_000_000_000)
        #expect(price(.seconds(60)) == 60_000_000_000)
        #expect(price(.seconds(86_400)) == 300_000_000_000)
        #expect(price(.zero) == 1_000_000_000)
    }

    @Test func `The priced latency of a canceled request is the part above the estimate`() {
        #expect(price(.neutral, elapsed: 7) == nil)
        #expect(price(.neutral, elapsed: 100, expected: 100) == nil)
        #expect(price(.neutral, elapsed: 101, expected: 100) == 101)
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func `The priced latency never makes an endpoint look better for failing`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var (well, failing) = (LatencyEstimate(), LatencyEstimate())
        for tick in 0..<200 {
            let now = Moment.seconds(Double(tick) / 3)
            let elapsed = Int64.random(in: 1_000_000...900_000_000, using: &generator)
            well.observe(try #require(well.latency(of: .success, elapsed: elapsed, at: now)), at: now)
            let kinds = [FailureKind.connect, .timeout, .server, .overload(), .overload(retryAfter: .zero)]
            let kind = try #require(kinds.randomElement(using: &generator))
            let outcome = generator.happens(0.5) ? Outcome.failure(kind) : .success
            let taken = outcome == .success ? elapsed : 1_000
            failing.observe(try #require(failing.latency(of: outcome, elapsed: taken, at: now)), at: now)
            let (good, bad) = (try #require(well.value(at: now)), try #require(failing.value(at: now)))
            #expect(bad >= good)
        }
    }
}
