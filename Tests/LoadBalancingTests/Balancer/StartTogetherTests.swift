// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LoadBalancing

/// A thousand clients that one deployment restarts must not act in step.
struct StartTogetherTests {
    @Test(arguments: AllPolicies.all)
    func `First picks of many clients are spread at random`(policy: any BalancingPolicy) throws {
        var counts = [Int](repeating: 0, count: 10)
        for seed in 0..<1000 as Range<UInt64> {
            counts[try BalancerBench(policy, .weighted(Array(repeating: 1, count: 10)), seed: seed).use()] += 1
        }
        // Three standard deviations of a binomial: 3 * sqrt(1000 * 0.1 * 0.9).
        #expect(counts.allSatisfy { abs($0 - 100) <= 28 }, "\(counts)")
    }

    @Test func `Endpoints that all clients eject at once come back at different times`() throws {
        let times = try (0..<200 as Range<UInt64>).map { seed in
            let bench = BalancerBench(.weightedRoundRobin, .weighted([1, 1]), seed: seed)
            try bench.fail(0)
            guard case .ejected(let remaining) = bench.report(0)?.state else { return 0.0 }
            return remaining / .seconds(1)
        }.sorted()
        // Even between 2.5 and 5 seconds: the Kolmogorov-Smirnov limit at the 0.1 % level is 1.95 / sqrt(200).
        for (index, time) in times.enumerated() {
            let expected = (time - 2.5) / 2.5
            #expect(abs(Double(index) / 200 - expected) < 0.138)
        }
    }
}
