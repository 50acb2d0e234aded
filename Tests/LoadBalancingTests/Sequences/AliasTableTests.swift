// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import LoadBalancing

struct AliasTableTests {
    @Test func `Draws are within three standard deviations of the shares`() {
        let weights: [UInt32] = [1, 0, 2, 3, 4, 90]
        let table = AliasTable(weights: weights)
        var generator = SeededGenerator(seed: 5)
        let draws = 50_000.0
        var drawn = [Double](repeating: 0, count: weights.count)
        for _ in 0..<Int(draws) { drawn[table.sample(generator.next())] += 1 }
        for (count, weight) in zip(drawn, weights) {
            let share = Double(weight) / 100
            #expect(abs(count - draws * share) <= 3 * (draws * share * (1 - share)).squareRoot())
        }
    }

    @Test func `Evenly spaced numbers are shared exactly, except at the borders of columns`() {
        var generator = SeededGenerator(seed: 9)
        for count in [1, 2, 3, 17, 64] {
            // Small weights, so that a table that is off by one unit shows.
            let weights = [3] + (1..<count).map { _ in UInt32.random(in: 0...9, using: &generator) }
            let table = AliasTable(weights: weights)
            let sum = Double(Weights.sum(weights))
            let points = 4096
            var drawn = [Double](repeating: 0, count: count)
            for point in 0..<points { drawn[table.sample(.max / UInt64(points) * UInt64(point))] += 1 }
            for (drawn, weight) in zip(drawn, weights) {
                #expect(abs(drawn - Double(points) * Double(weight) / sum) <= 2 * Double(count))
            }
        }
    }

    @Test func `Weight zero is never drawn`() {
        let table = AliasTable(weights: [0, 1, 0, .max, 0])
        var generator = SeededGenerator(seed: 2)
        let drawn = Set((0..<2000).map { _ in table.sample(generator.next()) } + [table.sample(0), table.sample(.max)])
        #expect(drawn.isSubset(of: [1, 3]))
    }

    @Test func `Entries whose weights are all zero are equal`() {
        let table = AliasTable(weights: [0, 0, 0, 0])
        #expect((0..<4).map { table.sample(UInt64($0) << 62) } == [0, 1, 2, 3])
    }

    @Test func `The extremes of numbers and weights stay in range`() {
        for weights in [[], [0], [7], [.max, .max], [.max, 1]] as [[UInt32]] {
            let table = AliasTable(weights: weights)
            for random in [0, 1, .max / 2, .max] as [UInt64] {
                #expect((0..<max(1, weights.count)).contains(table.sample(random)))
            }
        }
    }
}
