// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import LoadBalancing

/// The shares of picks compared with the weights, for weights of all sizes.
struct ExactWeightTests {
    /// The tolerated difference between an endpoint's picks and its share, as a fraction of all picks.
    private static let tolerance = 1e-4

    /// Weights that are hard to divide by: far apart, without common divisors, very many.
    static let hard: [[UInt16]] = {
        let many = (0..<40).map { UInt16(1 + $0 * 1637) }
        let light = [UInt16](repeating: 1, count: 300)
        var sets: [[UInt16]] = [[65_535, 1], [65_535, 65_534, 1], [1, 10, 100, 1000, 10_000, 60_000]]
        sets += [[0, 65_535, 0, 4099, 7], [65_535] + light, [65_535, 9001, 65_521] + light, many]
        return sets
    }()

    @Test(arguments: hard, [.weightedRoundRobin, .leastOutstanding, .adaptive] as [any BalancingPolicy])
    func `Rotating policies keep every share to one part in ten thousand`(
        weights: [UInt16],
        policy: any BalancingPolicy
    ) throws {
        let bench = BalancerBench(policy, .weighted(weights))
        let picks = 30_000
        var counts = [Int](repeating: 0, count: weights.count)
        for _ in 0..<picks { counts[try bench.balancer.pick().endpoint.number] += 1 }
        let sum = weights.reduce(0.0) { $0 + Double($1) }
        for (count, weight) in zip(counts, weights) {
            // Two picks for the positions where the count begins and ends.
            let error = abs(Double(count) - Double(picks) * Double(weight) / sum)
            #expect(error <= Self.tolerance * Double(picks) + 2, "weight \(weight): \(count)")
            if weight == 0 { #expect(count == 0) }
        }
    }

    @Test(arguments: hard)
    func `A random draw has every share exactly`(weights: [UInt16]) {
        // Numbers at even distances over the whole range stand for all numbers.
        let table = AliasTable(weights: weights.map { UInt32($0) })
        let draws = 200_003
        var counts = [Int](repeating: 0, count: weights.count)
        for draw in 0..<UInt64(draws) { counts[table.sample(draw &* (.max / UInt64(draws)))] += 1 }
        expectShares(of: counts, weights, among: draws, border: 2 * weights.count)
    }

    @Test(arguments: 0..<12 as Range<UInt64>)
    func `A table of keys has every share to one part in ten thousand`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let count = Int.random(in: 65...700, using: &generator)
        let weights = (0..<count).map { _ -> UInt16 in
            switch seed % 3 {
            case 0: UInt16.random(in: 1...65_535, using: &generator)
            case 1: UInt16(1) << UInt16.random(in: 0...15, using: &generator)
            default: UInt16.random(in: 0...1, using: &generator) * 65_534 + 1
            }
        }
        let identities = (0..<count).map { HashKey($0).value }
        let table = MaglevTable(identities: identities, weights: weights.map { UInt32($0) })
        var counts = [Int](repeating: 0, count: count)
        for slot in table.slots { counts[Int(slot)] += 1 }
        expectShares(of: counts, weights, among: table.slots.count, border: 0)
    }

    private func expectShares(of counts: [Int], _ weights: [UInt16], among all: Int, border: Int) {
        let sum = weights.reduce(0.0) { $0 + Double($1) }
        for (count, weight) in zip(counts, weights) {
            let error = abs(Double(count) - Double(all) * Double(weight) / sum)
            #expect(error <= Self.tolerance * Double(all) + Double(border), "weight \(weight): \(count) of \(all)")
        }
    }
}
