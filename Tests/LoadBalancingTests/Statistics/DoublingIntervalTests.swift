// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import LoadBalancing

@Suite struct `A doubling interval` {
    @Test(arguments: [(5, 60), (1, .max), (7, 7), (.max, .max), (0, 0), (-3, 9), (9, 3)] as [(Int64, Int64)])
    func `A doubling interval stays within its limits, and can be reduced step by step`(base: Int64, most: Int64) {
        var interval = DoublingInterval(base: base, most: most)
        var lengths: [Int64] = []
        for _ in 0..<100 {
            lengths.append(interval.length)
            interval.lengthen()
        }
        #expect(lengths == lengths.sorted())
        #expect(lengths[0] == max(base, 1) && lengths[99] <= max(most, base, 1))
        let distinct = Set(lengths).sorted()
        for length in distinct.reversed() {
            #expect(interval.length == length)
            interval.shorten(times: 1)
        }
        interval.lengthen()
        interval.shorten(times: .max)
        #expect(interval.length == lengths[0])
        interval.shorten(times: .min)
        #expect(interval.length == lengths[0])
    }
}
