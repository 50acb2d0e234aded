// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionSources

struct RoundTripEstimateTests {
    @Test
    func `A round-trip estimate follows RFC 6298, sections 2.2 and 2.3`() {
        var estimate = RoundTripEstimate(first: .milliseconds(80))
        #expect(estimate.usual == .milliseconds(240))
        estimate.add(.milliseconds(160))
        #expect(estimate.smoothed == .milliseconds(90))
        #expect(estimate.variation == .milliseconds(50))
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `A round-trip estimate converges to a constant time from any history`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var estimate = RoundTripEstimate(first: .milliseconds(Int.random(in: 0...2000, using: &generator)))
        for _ in 0..<20 { estimate.add(.milliseconds(Int.random(in: 0...2000, using: &generator))) }
        for _ in 0..<120 { estimate.add(.milliseconds(30)) }
        #expect(estimate.smoothed > .milliseconds(29) && estimate.smoothed < .milliseconds(31))
        #expect(estimate.usual < .milliseconds(32))
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `A round-trip estimate stays within the range of its samples`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var estimate = RoundTripEstimate(first: .milliseconds(100))
        for _ in 0..<500 {
            estimate.add(.microseconds(Int.random(in: 50_000...150_000, using: &generator)))
            #expect(estimate.smoothed >= .milliseconds(50) && estimate.smoothed <= .milliseconds(150))
            #expect(estimate.variation >= .zero && estimate.variation <= .milliseconds(100))
        }
    }
}
