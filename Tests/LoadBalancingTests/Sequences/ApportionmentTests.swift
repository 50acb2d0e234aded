// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import LoadBalancing

struct ApportionmentTests {
    @Test func `Cycles of up to 4096 slots are exact`() {
        #expect(Apportionment(weights: [4000, 95, 1]).slots == [4000, 95, 1])
        #expect(Apportionment(weights: [4000, 95, 2]).slots != [4000, 95, 2])
    }

    @Test func `A cycle is never rounded to a longer one`() {
        // 8193 slots: more than 4096, but fewer than 16 for each entry.
        let weights: [UInt32] = [2] + [UInt32](repeating: 1, count: 8191)
        #expect(Apportionment(weights: weights).slots == weights)
    }

    @Test func `A common factor is taken out before and after rounding`() {
        #expect(Apportionment(weights: [1_000_000, 3_000_000]).slots == [1, 3])
        #expect(Apportionment(weights: [.max, .max - 1]).slots == [1, 1])
    }

    @Test func `The largest remainders get the slots that are left`() {
        // Of 1024 slots these are due 511.4, 409.8 and 102.8.
        #expect(Apportionment(weights: [49_941, 40_021, 10_038]).slots == [511, 410, 103])
    }

    @Test func `Rounding is never off by a whole slot where everybody is due one`() {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<100 {
            let weights = (0..<50).map { _ in UInt32.random(in: 100_000...4_000_000, using: &generator) }
            let slots = Apportionment(weights: weights).slots
            let perSlot = Double(Weights.sum(weights)) / Double(Weights.sum(slots))
            #expect(zip(weights, slots).allSatisfy { abs(Double($0) / perSlot - Double($1)) < 1 })
        }
    }

    @Test func `Who is due less than a slot has one, at the cost of who has many`() {
        #expect(Apportionment(weights: [.max, 1, 0, 1]).slots == [1022, 1, 0, 1])
        let slots = Apportionment(weights: [60_000] + [UInt32](repeating: 1, count: 299)).slots
        #expect(slots == [4501] + [UInt32](repeating: 1, count: 299))
    }

    @Test func `All zero is all equal, and nobody is nobody`() {
        #expect(Apportionment(weights: [0, 0]).slots == [1, 1])
        #expect(Apportionment(weights: []).slots == [])
    }
}
