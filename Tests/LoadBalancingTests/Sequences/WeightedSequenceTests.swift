// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import LoadBalancing

struct WeightedSequenceTests {
    @Test func `Nobody strays from its share by more than Tijdeman's bound, in any prefix`() {
        var generator = SeededGenerator(seed: 1980)
        for round in 0..<400 {
            // Small and large weights, few and many entries, and the sets of both.
            let count = Int.random(in: 1...(round.isMultiple(of: 8) ? 300 : 40), using: &generator)
            let heaviest: UInt32 = round.isMultiple(of: 2) ? 65_535 : 9
            let weights = (0..<count).map { _ in UInt32.random(in: 0...heaviest, using: &generator) }
            let counts = Apportionment(weights: weights).slots
            #expect(Self.keepsBound(WeightedSequence(weights: weights).slots, counts: counts), "\(weights)")
        }
    }

    @Test(
        arguments: [
            [10, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [2, 1],
            [100, 1, 1],
            [4000, 96], [7, 7, 7, 5], [1, 4095], [2047, 2048], [65_535, 1, 65_535],
        ] as [[UInt32]]
    )
    func `Awkward weights keep the bound as well`(weights: [UInt32]) {
        let counts = Apportionment(weights: weights).slots
        #expect(Self.keepsBound(WeightedSequence(weights: weights).slots, counts: counts))
    }

    @Test func `Heavy entries come evenly spaced instead of in a row`() {
        #expect(WeightedSequence(weights: [2, 1, 1]).slots == [0, 1, 0, 2])
        #expect(WeightedSequence(weights: [5, 1, 1]).slots == [0, 0, 1, 0, 0, 2, 0])
    }

    @Test func `A common factor changes nothing`() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<50 {
            let weights = (0..<12).map { _ in UInt32.random(in: 0...60, using: &generator) }
            let factor = UInt32.random(in: 2...70_000_000, using: &generator)
            #expect(
                WeightedSequence(weights: weights.map { $0 * factor }).slots == WeightedSequence(weights: weights).slots
            )
        }
    }

    @Test func `A cycle has each entry as often as its weight says`() {
        let slots = WeightedSequence(weights: [3, 0, 5, 1]).slots
        #expect((0..<4).map { entry in slots.count { $0 == entry } } == [3, 0, 5, 1])
    }

    @Test func `Shares are right to a thousandth after a thousand picks`() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<100 {
            let count = Int.random(in: 2...60, using: &generator)
            let weights = (0..<count).map { _ in UInt32.random(in: 1...60, using: &generator) }
            let slots = WeightedSequence(weights: weights).slots
            var picks = [Double](repeating: 0, count: count)
            for pick in 0..<1000 { picks[Int(slots[pick % slots.count])] += 1 }
            let sum = Double(Weights.sum(weights))
            let error = zip(picks, weights).map { abs($0 / 1000 - Double($1) / sum) }.max() ?? 1
            #expect(error < 0.001, "\(weights)")
        }
    }

    @Test func `Equal entries follow each other in their order`() {
        #expect(WeightedSequence(weights: [7, 7, 7]).slots == [0, 1, 2])
        #expect(WeightedSequence(weights: [0, 9, 0, 9]).slots == [1, 3])
    }

    @Test func `If all weights are zero, all entries are equal`() {
        #expect(WeightedSequence(weights: [0, 0, 0]).slots == [0, 1, 2])
    }

    @Test func `None and one are no special cases for whoever asks`() {
        #expect(WeightedSequence(weights: []).slots == [])
        for weight in [0, 1, 5, .max] as [UInt32] { #expect(WeightedSequence(weights: [weight]).slots == [0]) }
        #expect(WeightedSequence(weights: [0, .max]).slots == [1])
    }

    @Test func `The heaviest weights and the most entries do not overflow`() {
        // One more than a rounded cycle has slots at most.
        let heavy = (0..<65_537).map { UInt32.max - UInt32($0 % 5) }
        #expect(WeightedSequence(weights: heavy).slots == Array(0..<65_537))
        #expect(Set(WeightedSequence(weights: [.max, 1, .max - 1]).slots) == [0, 1, 2])
    }

    /// Who is behind is most so just before a pick, who is ahead just after it: nothing else needs to be looked at.
    private static func keepsBound(_ slots: [UInt32], counts: [UInt32]) -> Bool {
        let (length, entries) = (slots.count, counts.count { $0 > 0 })
        let scale = max(1, 2 * entries - 2)
        let bound = length * (scale - 1)
        var picks = [Int](repeating: 0, count: counts.count)
        for (slot, entry) in slots.enumerated() {
            let count = Int(counts[Int(entry)])
            let behind = slot * count - picks[Int(entry)] * length
            picks[Int(entry)] += 1
            let ahead = picks[Int(entry)] * length - (slot + 1) * count
            guard scale * max(behind, ahead) <= bound else { return false }
        }
        return picks == counts.map { Int($0) }
    }
}
