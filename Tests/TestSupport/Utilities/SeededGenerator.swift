// SPDX-License-Identifier: Apache-2.0

/// SplitMix64: a generator whose whole sequence follows from its seed, so that a failing random test can be run again.
///
/// The standard library has no seedable generator. This one is small, passes the usual statistical batteries, and any
/// seed is as good as another, zero included.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Starts the sequence that belongs to `seed`.
    public init(seed: UInt64) {
        state = seed
    }

    /// The next number of the sequence.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Whether an event of the given probability happens: never for 0, always for 1, and one number is used up either
    /// way.
    public mutating func happens(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &self) < probability
    }
}
