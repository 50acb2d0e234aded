// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import LoadBalancing

struct SpillOverTests {
    private func loads(_ healthy: [Int], of total: Int = 100) -> [Int] {
        SpillOver().loads(of: healthy.map { SpillOver.Headcount(total: total, healthy: $0) })
    }

    /// The tables of Envoy's documentation on priority levels.
    @Test(arguments: [
        ([100, 100], [100, 0]), ([72, 100], [100, 0]), ([71, 100], [99, 1]), ([50, 100], [70, 30]),
        ([25, 100], [35, 65]), ([0, 100], [0, 100]), ([72, 72], [100, 0]), ([71, 71], [99, 1]), ([50, 50], [70, 30]),
        ([25, 25], [50, 50]), ([100, 100, 100], [100, 0, 0]), ([71, 71, 100], [99, 1, 0]),
        ([50, 50, 100], [70, 30, 0]),
        ([25, 100, 100], [35, 65, 0]), ([25, 25, 100], [35, 35, 30]), ([25, 25, 20], [36, 36, 28]),
    ])
    func `Loads are those of Envoy's tables`(healthy: [Int], expected: [Int]) {
        #expect(loads(healthy) == expected)
    }

    @Test func `Five of seven are enough with a factor of 1.4, although that is less than 1.4 in binary`() {
        #expect(loads([5, 7], of: 7) == [100, 0])
    }

    @Test func `A tier without healthy members has no load as long as another has a healthy member`() {
        #expect(loads([0, 1, 0]) == [0, 100, 0])
        #expect(loads([0, 0, 0]) == [100, 0, 0])
    }

    @Test func `A tier with less than one healthy member in a hundred is better than one with none`() {
        #expect(loads([0, 1], of: 1000) == [0, 100])
        #expect(loads([1, 1, 0], of: 1000) == [50, 50, 0])
    }

    @Test func `Tiers without members are skipped`() {
        let none = SpillOver.Headcount(total: 0, healthy: 0)
        #expect(SpillOver().loads(of: [none, SpillOver.Headcount(total: 2, healthy: 0)]) == [0, 100])
        #expect(SpillOver().loads(of: [none, none]) == [0, 0])
        #expect(SpillOver().loads(of: [none]) == [0])
        #expect(SpillOver().loads(of: []).isEmpty)
    }

    @Test func `A tier below its minimum takes the load for its fraction of the minimum`() {
        let others = SpillOver.Headcount(total: 10, healthy: 10)
        let loads = (0...4).map { count in
            SpillOver().loads(of: [SpillOver.Headcount(total: count, healthy: count, minimum: 3), others])[0]
        }
        #expect(loads == [0, 33, 66, 100, 100])
    }

    @Test func `Invalid factors are replaced by valid ones`() {
        let half = [SpillOver.Headcount(total: 2, healthy: 1), SpillOver.Headcount(total: 2, healthy: 2)]
        func load(_ factor: Double) -> Int { SpillOver(overprovisioning: factor).loads(of: half)[0] }
        #expect(load(.nan) == 70)
        #expect(load(-.infinity) == 50)
        #expect(load(0) == 50)
        #expect(load(.infinity) == 100)
    }

    @Test func `Extreme counts do not overflow`() {
        let vast = SpillOver.Headcount(total: .max, healthy: .max, minimum: .max)
        let negative = SpillOver.Headcount(total: -1, healthy: .min, minimum: .min)
        #expect(SpillOver().loads(of: [vast, negative]) == [100, 0])
        #expect(SpillOver().loads(of: [negative, negative]) == [0, 0])
    }

    @Test func `Loads always add up to a hundred, and a later tier gets no load that the first could take`() {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<500 {
            let tiers = (0..<Int.random(in: 1...6, using: &random)).map { _ in
                let total = Int.random(in: 1...200, using: &random)
                return SpillOver.Headcount(total: total, healthy: Int.random(in: 0...total, using: &random))
            }
            let loads = SpillOver().loads(of: tiers)
            #expect(loads.reduce(0, +) == 100)
            for (tier, load) in zip(tiers, loads) where load > 0 && tiers.contains(where: { $0.healthy > 0 }) {
                #expect(tier.healthy > 0)
            }
            #expect(loads[0] >= min(100, 140 * tiers[0].healthy / tiers[0].total))
        }
    }
}
