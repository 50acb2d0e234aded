// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import LoadBalancing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

@Suite struct `The decay` {
    private let decay = Decay(timeConstant: 10_000_000_000)

    @Test func `The decay is off by at most a third of a percent`() {
        var generator = SeededGenerator(seed: 1)
        var worst = 0.0
        for _ in 0..<20_000 {
            let elapsed = Int64(pow(10, Double.random(in: 0...12, using: &generator)))
            let exact = exp(-Double(elapsed) / 1e10)
            worst = max(worst, abs(decay.factor(after: elapsed) / exact - 1))
        }
        #expect(worst < 0.0033)
        // Not a bound, but a check that the curve is the intended one.
        #expect(worst > 0.0025)
    }

    @Test func `The decay never grows with time`() {
        var last = decay.factor(after: 0)
        for step in 1..<100_000 as Range<Int64> {
            let next = decay.factor(after: step * 7_654_321)
            #expect(next <= last)
            last = next
        }
    }

    @Test func `The decay is one for zero or negative time, and zero for a very long time`() {
        #expect(decay.factor(after: 0) == 1)
        #expect(decay.factor(after: -1) == 1)
        #expect(decay.factor(after: .min) == 1)
        #expect(decay.factor(after: .max) == 0)
        #expect(decay.factor(after: 1) <= 1 && decay.factor(after: 1) > 0.999_999)
    }

    @Test(arguments: [.min, -1, 0, 1, .max] as [Int64])
    func `The decay is between 0 and 1, whatever the time constant`(constant: Int64) {
        let decay = Decay(timeConstant: constant)
        for elapsed in [.min, -1, 0, 1, 1_000, 1_000_000_000, .max] as [Int64] {
            #expect((0...1).contains(decay.factor(after: elapsed)))
        }
    }
}
