// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// SplitMix64, with the distributions that schedules need.
struct SplitMix: RandomNumberGenerator {
    private var generator: ShuffleGenerator

    init(seed: UInt64) { generator = ShuffleGenerator(seed: seed) }

    mutating func next() -> UInt64 { generator.next() }

    /// Returns a number from 0 to 1.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    mutating func happens(_ probability: Double) -> Bool { unit() < probability }

    mutating func number(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next().multipliedFullWidth(by: UInt64(range.count)).high)
    }

    /// Returns a time in seconds.
    mutating func duration(in seconds: ClosedRange<Double>) -> Duration {
        .nanoseconds(Int64((seconds.lowerBound + (seconds.upperBound - seconds.lowerBound) * unit()) * 1e9))
    }
}
