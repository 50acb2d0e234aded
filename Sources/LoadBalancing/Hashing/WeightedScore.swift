// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// How an entry does in a weighted draw in which the least score wins.
///
/// If u is evenly distributed, -ln(u)/w is distributed exponentially with rate w, and the least of several such wins with
/// exactly w/sum(w); the order of all is a weighted draw without replacement (P. Efraimidis and P. Spirakis, 2006). A
/// score depends on its own entry alone, so others may come, go or change without moving anything between the rest.
struct WeightedScore: Comparable, Sendable {
    /// Infinite for an entry of weight 0: behind all others, and among its like as the draw has it.
    private var cost: Double

    /// What cost is made of. Costs of one weight are ordered as their draws, so where all weights are equal the draws
    /// alone decide; here they decide where rounding makes costs equal, so both ways have one winner.
    private var draw: UInt64

    /// Only for the same draw by chance: the order in which entries are given must not matter.
    private var identity: UInt64

    init(draw: UInt64, identity: UInt64, inverseWeight: Double) {
        // log1p, as 1-u is what has all its digits where the winners are, near 0.
        cost = -log1p(-Self.fraction(draw)) * inverseWeight
        self.draw = draw
        self.identity = identity
    }

    /// For entries of equal weight.
    init(draw: UInt64, identity: UInt64) {
        cost = 0
        self.draw = draw
        self.identity = identity
    }

    /// Whether a draw is too high to beat this score, whatever its logarithm, which is seldom needed then.
    ///
    /// -ln(1-x) is never less than x. The margin is far above what rounding could do.
    @inline(__always)
    func isOutOfReach(draw: UInt64, inverseWeight: Double) -> Bool {
        Self.fraction(draw) * inverseWeight * (1 - 0x1p-30) > cost
    }

    static func < (left: WeightedScore, right: WeightedScore) -> Bool {
        if left.cost != right.cost { return left.cost < right.cost }
        return (left.draw, left.identity) < (right.draw, right.identity)
    }

    /// Between 0 and 1, and neither of the two: 52 bits and a half leave room for both.
    @inline(__always)
    private static func fraction(_ draw: UInt64) -> Double {
        (Double(Int64(truncatingIfNeeded: draw >> 12)) + 0.5) * 0x1p-52
    }
}
