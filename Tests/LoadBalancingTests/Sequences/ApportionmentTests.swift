// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import LoadBalancing

struct ApportionmentTests {
    @Test func `Cycles of up to 4096 slots are exact`() {
        #expect(Apportionment([4000, 95, 1]).slots == [4000, 95, 1])
        #expect(Apportionment([4000, 95, 1]).remainder == nil)
        #expect(Apportionment([4000, 95, 2]).slots != [4000, 95, 2])
    }

    @Test func `A cycle is never rounded to a longer one`() {
        // 8193 slots: more than 4096, but fewer than 16 for each entry.
        let weights: [UInt64] = [2] + [UInt64](repeating: 1, count: 8191)
        #expect(Apportionment(weights).slots == weights.map { UInt32($0) })
    }

    @Test func `A common factor is removed before and after rounding`() {
        #expect(Apportionment([1_000_000, 3_000_000]).slots == [1, 3])
        #expect(Apportionment([UInt64(UInt32.max), UInt64(UInt32.max) - 1]).slots == [1, 1])
    }

    @Test func `Entries that rounding would distort too much are left for another cycle`() throws {
        // Of 1024 slots, these entries are due 511.4, 409.8 and 102.8.
        let weights: [UInt64] = [49_941, 40_021, 10_038]
        let apportionment = Apportionment(weights)
        #expect(apportionment.slots == [511, 409, 102])
        let remainder = try #require(apportionment.remainder)
        #expect(remainder.slots == 2)
        #expect(remainder.weights.map { (Double($0) / 1e5 * 10).rounded() / 10 } == [0.4, 0.8, 0.8])
        // A cycle with few of all picks, or without a further cycle, is rounded.
        for rounded in [Apportionment(weights, part: 0.01), Apportionment(weights, isLast: true)] {
            #expect(rounded.slots == [511, 410, 103])
            #expect(rounded.remainder == nil)
        }
    }

    @Test func `Rounding is never off by a whole slot where every entry is due one`() {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<100 {
            let weights = (0..<50).map { _ in UInt64.random(in: 100_000...4_000_000, using: &generator) }
            let slots = Apportionment.rounded(weights, length: 1024)
            let perSlot = Double(Weights.sum(weights)) / 1024
            #expect(slots.reduce(0, +) == 1024)
            #expect(zip(weights, slots).allSatisfy { abs(Double($0) / perSlot - Double($1)) < 1 })
        }
    }

    @Test func `An entry that is due less than a slot has one in the last cycle, at the cost of large entries`() {
        let heavy = UInt64(UInt32.max)
        #expect(Apportionment([heavy, 1, 0, 1], isLast: true).slots == [1022, 1, 0, 1])
        let slots = Apportionment([60_000] + [UInt64](repeating: 1, count: 299), isLast: true).slots
        #expect(slots == [4501] + [UInt32](repeating: 1, count: 299))
    }

    @Test func `An apportionment without entries has no slots`() {
        #expect(Apportionment([]).slots == [])
    }
}
