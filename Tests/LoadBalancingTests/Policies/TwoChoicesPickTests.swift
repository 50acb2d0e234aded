// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import LoadBalancing

/// The guarantees of comparing two choices, whatever is compared.
struct TwoChoicesPickTests {
    private static let comparing: [any BalancingPolicy] = [.leastOutstanding, .adaptive(hysteresis: 0), .adaptive]

    @Test(arguments: [2, 3, 5, 10], Self.comparing.prefix(2))
    func `The worst endpoint is never chosen while there is another`(count: Int, policy: any BalancingPolicy) throws {
        let bench = BalancerBench(policy, .weighted(Array(repeating: 1, count: count)))
        let load = try load(bench, picks: 40 * count)
        let worst = load.max { $0.value < $1.value }?.key
        // More requests in flight than any other endpoint has; the answers come at once and change no estimate.
        let held = try (0..<50).map { _ in SharedLease(try bench.lease(of: #require(worst), others(of: worst, count))) }
        let picks = try bench.picks(200)
        #expect(!picks.contains(held[0].endpoint.number))
    }

    @Test(arguments: [2, 3, 5, 10], Self.comparing)
    func `An endpoint gets at most twice its share, however good it looks`(
        count: Int,
        policy: any BalancingPolicy
    ) throws {
        let bench = BalancerBench(policy, .weighted(Array(repeating: 1, count: count)))
        // All endpoints but 0 have requests in flight without answers.
        var held: [SharedLease] = []
        for number in 1..<count {
            for _ in 0..<5 { held.append(SharedLease(try bench.lease(of: number, others(of: number, count)))) }
        }
        bench.advance(by: .seconds(1))
        let picks = try bench.picks(1000)
        let share = Double(picks.count { $0 == 0 }) / 1000
        let fair = 1 / Double(count)
        let deviation = (2 * fair * (1 - 2 * fair) / 1000).squareRoot()
        #expect(share <= 2 * fair + 3 * deviation)
        #expect(share > 1.5 * fair)
        _ = held
    }

    @Test(arguments: 0..<10 as Range<UInt64>, Self.comparing)
    func `Equal endpoints are chosen by turn`(seed: UInt64, policy: any BalancingPolicy) throws {
        var generator = SeededGenerator(seed: seed)
        let weights = (0..<6).map { _ in UInt16.random(in: 1...5, using: &generator) }
        let picks = try BalancerBench(policy, .weighted(weights), seed: seed).picks(100)
        #expect(try picks == BalancerBench(.weightedRoundRobin, .weighted(weights), seed: seed).picks(100))
    }

    @Test func `Weights are honored under load`() throws {
        let bench = BalancerBench(.leastOutstanding, .weighted([1, 2, 4, 8]))
        var held: [SharedLease] = []
        for _ in 0..<1500 { held.append(SharedLease(try bench.balancer.pick())) }
        let outstanding = bench.balancer.endpoints.map { Double($0.outstanding) }
        for (count, share) in zip(outstanding, [100.0, 200, 400, 800]) { #expect(abs(count - share) <= 5) }
        _ = held
    }

    /// Takes leases that are not finished, and returns their number for each endpoint.
    private func load(_ bench: BalancerBench, picks: Int) throws -> [Int: Int] {
        Dictionary(grouping: try bench.picks(picks), by: { $0 }).mapValues(\.count)
    }

    private func others(of number: Int?, _ count: Int) -> PickOptions {
        var options = PickOptions()
        for other in 0..<count where other != number { options.excluded += PickOptions.excluding(other).excluded }
        return options
    }
}
