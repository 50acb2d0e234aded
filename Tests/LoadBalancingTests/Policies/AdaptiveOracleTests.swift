// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import LoadBalancing

/// The adaptive policy without differences to compare must equal its oracle, weighted round robin.
struct AdaptiveOracleTests {
    @Test(arguments: 0..<20 as Range<UInt64>)
    func `A client that reports no outcomes takes turns by weight, at any pace`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let endpoints = endpoints(using: &generator)
        let adaptive = BalancerBench(.adaptive, endpoints, seed: seed)
        let oracle = BalancerBench(.weightedRoundRobin, endpoints, seed: seed)
        var picks: [Int] = []
        for _ in 0..<300 {
            adaptive.advance(by: .milliseconds(Int.random(in: 0...12_000, using: &generator)))
            picks.append(try adaptive.use(.neutral))
        }
        #expect(try picks == oracle.picks(300))
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `Equal latencies one after another lead to turns by weight`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let endpoints = endpoints(using: &generator)
        let adaptive = BalancerBench(.adaptive, endpoints, seed: seed)
        let oracle = BalancerBench(.weightedRoundRobin, endpoints, seed: seed)
        // Until every endpoint has a latency: an endpoint without one is tried before its turn.
        let length = 2 * Int(endpoints.reduce(0) { $0 + Int($1.weight) })
        for _ in 0..<length { try adaptive.use(for: .milliseconds(1)) }
        _ = try oracle.picks(length)
        let picks = try (0..<300).map { _ in try adaptive.use(for: .milliseconds(1)) }
        #expect(try picks == oracle.picks(300))
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func `A margin that no endpoint can exceed leads to turns by weight`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let endpoints = endpoints(using: &generator)
        let adaptive = BalancerBench(.adaptive(hysteresis: 1e300), endpoints, seed: seed) { $0.ejection = nil }
        let oracle = BalancerBench(.weightedRoundRobin, endpoints, seed: seed)
        let picks = try (0..<300).map { _ in
            let latency = Duration.milliseconds(Int.random(in: 0...12_000, using: &generator))
            return try adaptive.use(generator.happens(0.5) ? .success : .failure(.server), for: latency)
        }
        #expect(try picks == oracle.picks(300))
    }

    private func endpoints(using generator: inout SeededGenerator) -> [Endpoint] {
        (0..<Int.random(in: 1...8, using: &generator)).map { number in
            .numbered(number, weight: number == 0 ? 1 : UInt16.random(in: 0...9, using: &generator))
        }
    }
}
