// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import LoadBalancing

struct WeightedSequenceTests {
    @Test func `Every prefix stays within Tijdeman's bound for each share`() {
        var generator = SeededGenerator(seed: 1980)
        for round in 0..<400 {
            // Small and large weights, few and many entries, and all combinations.
            let count = Int.random(in: 1...(round.isMultiple(of: 8) ? 300 : 40), using: &generator)
            let heaviest: UInt32 = round.isMultiple(of: 2) ? 65_535 : 9
            let weights = (0..<count).map { _ in UInt32.random(in: 0...heaviest, using: &generator) }
            #expect(Self.keepsBound(WeightedSequence(weights: weights)), "\(weights)")
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
        #expect(Self.keepsBound(WeightedSequence(weights: weights)))
    }

    @Test func `Heavy entries are evenly spaced instead of in a row`() {
        #expect(WeightedSequence(weights: [2, 1, 1]).slots == [0, 1, 0, 2])
        #expect(WeightedSequence(weights: [5, 1, 1]).slots == [0, 0, 1, 0, 0, 2, 0])
    }

    @Test func `A common factor makes no difference`() {
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

    @Test func `Entries whose weights are all zero are equal`() {
        #expect(WeightedSequence(weights: [0, 0, 0]).slots == [0, 1, 2])
    }

    @Test func `A sequence works without entries and with one`() {
        #expect(WeightedSequence(weights: []).slots == [])
        for weight in [0, 1, 5, .max] as [UInt32] { #expect(WeightedSequence(weights: [weight]).slots == [0]) }
        #expect(WeightedSequence(weights: [0, .max]).slots == [1])
    }

    @Test func `The heaviest weights and the most entries do not overflow`() {
        // One more than the maximum number of slots of a rounded cycle.
        let heavy = (0..<65_537).map { UInt32.max - UInt32($0 % 5) }
        #expect(WeightedSequence(weights: heavy).slots == Array(0..<65_537))
        let extreme = WeightedSequence(weights: [.max, 1, .max - 1])
        #expect((0..<4096).allSatisfy { (0..<3).contains(extreme.entry(at: $0)) })
        #expect((0...2).contains(extreme.entry(at: .max)))
    }

    @Test func `Every share is right to half of one part in ten thousand, whatever the weights`() {
        var generator = SeededGenerator(seed: 10_000)
        for round in 0..<250 {
            let weights = Self.awkwardWeights(round, using: &generator)
            let shares = Self.shares(of: WeightedSequence(weights: weights))
            let sum = Double(Weights.sum(weights))
            let error = zip(shares, weights).map { abs($0 - Double($1) / sum) }.max() ?? 1
            #expect(error <= Apportionment.tolerance * 1.000001, "round \(round): \(error), \(weights.prefix(20))")
            #expect(zip(shares, weights).allSatisfy { ($0 > 0) == ($1 > 0) }, "round \(round)")
        }
    }

    @Test func `The turns of further cycles are taken one after another`() {
        for weights in [[65_535, 65_534, 1], [65_535, 1, 1, 1, 1, 1, 1, 1], [40_021, 49_941, 10_038]] as [[UInt32]] {
            let sequence = WeightedSequence(weights: weights)
            #expect(sequence.cycles.count > 1)
            var counts = [Double](repeating: 0, count: weights.count)
            let (turns, sum) = (400_000 as UInt32, Double(Weights.sum(weights)))
            for turn in 0..<turns {
                counts[sequence.entry(at: turn)] += 1
                guard turn.isMultiple(of: 997) else { continue }
                // One pick for each cycle, and the remainder of rounding.
                for (count, weight) in zip(counts, weights) {
                    let due = Double(turn + 1) * Double(weight) / sum
                    #expect(abs(count - due) <= Double(sequence.cycles.count) + due.squareRoot() * 0.01 + 20)
                }
            }
            for (count, weight) in zip(counts, weights) {
                #expect(abs(count / Double(turns) - Double(weight) / sum) < 0.0001)
            }
        }
    }

    /// Returns a set of weights that is hard to share fairly: far apart, close together, very many small beside few
    /// large.
    private static func awkwardWeights(_ round: Int, using generator: inout SeededGenerator) -> [UInt32] {
        let count = Int.random(in: 1...(round.isMultiple(of: 10) ? 600 : 60), using: &generator)
        switch round % 5 {
        case 0: return (0..<count).map { _ in UInt32.random(in: 1...65_535, using: &generator) }
        case 1: return (0..<count).map { _ in UInt32(1) << UInt32.random(in: 0...31, using: &generator) }
        case 2: return [65_535, 65_521] + (0..<count).map { _ in UInt32.random(in: 0...3, using: &generator) }
        case 3: return (0..<count).map { _ in UInt32.max - UInt32.random(in: 0...100_000, using: &generator) }
        // Weights as slow start makes them.
        default: return (0..<count).map { _ in UInt32.random(in: 1...10, using: &generator) * 100 + 7 }
        }
    }

    /// Returns the fraction of all turns that each entry has.
    private static func shares(of sequence: WeightedSequence) -> [Double] {
        var (shares, part) = ([Double](repeating: 0, count: Int(sequence.entries)), 1.0)
        for cycle in sequence.cycles {
            let length = Double(cycle.slots.count)
            for slot in cycle.slots where slot < sequence.entries { shares[Int(slot)] += part / length }
            part *= Double(cycle.turnsBelow) / length
        }
        return shares
    }

    /// Returns true if every cycle keeps the bound, with the turns of the next cycle counted as an entry.
    ///
    /// An entry is furthest behind just before its pick, and furthest ahead just after it: only these positions need a
    /// check.
    private static func keepsBound(_ sequence: WeightedSequence) -> Bool {
        sequence.cycles.allSatisfy { cycle in
            let slots = cycle.slots.map { min($0, sequence.entries) }
            var counts = [Int](repeating: 0, count: Int(sequence.entries) + 1)
            for slot in slots { counts[Int(slot)] += 1 }
            let (length, entries) = (slots.count, counts.count { $0 > 0 })
            let scale = max(1, 2 * entries - 2)
            let bound = length * (scale - 1)
            var picks = [Int](repeating: 0, count: counts.count)
            for (slot, entry) in slots.enumerated() {
                let count = counts[Int(entry)]
                let behind = slot * count - picks[Int(entry)] * length
                picks[Int(entry)] += 1
                let ahead = picks[Int(entry)] * length - (slot + 1) * count
                guard scale * max(behind, ahead) <= bound else { return false }
            }
            let below = cycle.slots.filter { $0 >= sequence.entries }
            return below == (0..<cycle.turnsBelow).map { sequence.entries + $0 }
        }
    }
}
