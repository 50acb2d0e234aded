// SPDX-License-Identifier: Apache-2.0

/// The factor e^(-t/T), for computations at every pick.
///
/// The library's `exp` takes several times as long as the rest of a pick. Written as 2^-(k + f), the whole part k is an
/// exponent, which costs a shift, and a parabola through the ends of 0...1 comes within 0.31 % of 2^-f. The factor is
/// used for an estimate of a latency, which is never known that precisely.
struct Decay: Hashable, Sendable {
    /// The number of nanoseconds after which a thousandth is gone. Code that only reads may treat a shorter time as
    /// zero; code that writes must not, because many ignored steps would add up to no decay at all.
    let negligible: Int64

    private let halvingsPerNanosecond: Double

    /// - Parameter timeConstant: nanoseconds after which 1/e is left.
    init(timeConstant: Int64) {
        negligible = timeConstant / 1000
        halvingsPerNanosecond = 1.442_695_040_888_963_4 / Double(max(timeConstant, 1))
    }

    /// Returns the part that is left after so many nanoseconds: 1 for zero and for negative numbers, 0 for very large
    /// ones.
    func factor(after nanoseconds: Int64) -> Double {
        guard nanoseconds > 0 else { return 1 }
        let halvings = Double(nanoseconds) * halvingsPerNanosecond
        // 2^-1022 is the smallest number that is not denormal.
        guard halvings < 1022 else { return 0 }
        let whole = Int64(halvings)
        let part = halvings - Double(whole)
        let scale = Double(bitPattern: UInt64(1023 &- whole) << 52)
        return scale * (1 - part * (Self.slope - Self.curvature * part))
    }

    // The parabola goes through 1 at 0 and 1/2 at 1, so that the curve has no steps, and is exact at 1/2, where it
    // would be off most: the curvature is 3 - 2√2. Its slope is negative all over 0...1, so more time never leaves
    // more.
    private static var curvature: Double { 0.171_572_875_253_809_9 }
    private static var slope: Double { 0.5 + curvature }
}
