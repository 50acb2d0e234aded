// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Random numbers from a seed, in the distributions that queueing theory uses.
struct Chances: RandomNumberGenerator {
    private var generator: ShuffleGenerator

    init(seed: UInt64) {
        generator = ShuffleGenerator(seed: seed)
    }

    mutating func next() -> UInt64 { generator.next() }

    /// Returns a number within 0..<1.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Returns an index within 0..<count.
    mutating func index(below count: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(count)).high) }

    /// Returns an exponentially distributed number.
    mutating func exponential(mean: Double) -> Double { -log(1 - unit()) * mean }

    /// Returns a lognormally distributed number. `spread` is the standard deviation of the logarithm.
    mutating func lognormal(mean: Double, spread: Double) -> Double {
        mean * exp(spread * normal() - spread * spread / 2)
    }

    /// Uses the polar method (Marsaglia), which needs no angle.
    private mutating func normal() -> Double {
        while true {
            let (x, y) = (2 * unit() - 1, 2 * unit() - 1)
            let square = x * x + y * y
            if square > 0, square < 1 { return x * (-2 * log(square) / square).squareRoot() }
        }
    }
}
