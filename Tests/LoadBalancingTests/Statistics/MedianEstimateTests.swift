// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import LoadBalancing

@Suite struct `An estimate of the median` {
    private func median(_ values: [Int64?]) -> Int64? {
        MedianEstimate.of(count: values.count) { values[$0] }
    }

    @Test func `A median of no values does not exist`() {
        #expect(median([]) == nil)
        #expect(median([nil, nil]) == nil)
        #expect(MedianEstimate.of(count: -1) { _ in 1 } == nil)
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `A median of up to 64 values is exact, without the missing ones`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let count = Int.random(in: 1...64, using: &generator)
        let values = (0..<count).map { _ in
            generator.happens(0.2) ? nil : Int64.random(in: -50...50, using: &generator)
        }
        let sorted = values.compactMap { $0 }.sorted()
        #expect(median(values) == (sorted.isEmpty ? nil : sorted[(sorted.count - 1) / 2]))
    }

    @Test func `A median of two values is the lower one`() {
        #expect(median([10_000_000_000, 10_000_000]) == 10_000_000)
    }

    @Test func `A median of many values uses 64 of them, spread evenly and without repetition`() {
        for count in [64, 65, 100, 127, 128, 1_000, .max] {
            var seen: [Int] = []
            _ = MedianEstimate.of(count: count) { index in
                seen.append(index)
                return 0
            }
            #expect(seen.count == 64 && Set(seen).count == 64)
            #expect(seen.first == 0 && seen.allSatisfy { (0..<count).contains($0) })
            let steps = zip(seen.dropFirst(), seen).map { $0 - $1 }
            #expect(steps.allSatisfy { $0 == count / 64 || $0 == count / 64 + 1 })
        }
    }

    @Test func `A median of a thousand values in random order is approximately right`() throws {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<50 {
            let value = try #require(median((0..<1_000).map(Int64.init).shuffled(using: &generator)))
            #expect((250...750).contains(value))
        }
    }
}
