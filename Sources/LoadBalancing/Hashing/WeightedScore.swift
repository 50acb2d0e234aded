// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The score of an entry in a weighted draw in which the least score wins.
///
/// If u is evenly distributed, -ln(u)/w is distributed exponentially with rate w, and the least of several such values
/// is an entry's with a probability of exactly w/sum(w); the order of all is a weighted draw without replacement (P.
/// Efraimidis and P. Spirakis, 2006). A score depends on its own entry alone, so others may come, go or change without
/// moving a key between the rest.
struct WeightedScore: Comparable, Sendable {
    /// Infinite for an entry of weight 0: it comes after all others, and among its like in the order of draws.
    private var cost: Double

    /// The draw that the cost is computed from. Costs of one weight are ordered as their draws, so where all weights
    /// are equal the draws alone decide; here they decide where rounding has made two costs equal. So both methods have
    /// one winner, and the order in which entries are given does not matter: two identities never draw the same number
    /// (`StableHash.mix`).
    private var draw: UInt64

    init(draw: UInt64, inverseWeight: Double) {
        // log1p, because 1-u keeps all its digits where the winners are, near 0.
        cost = -log1p(-Self.fraction(draw)) * inverseWeight
        self.draw = draw
    }

    /// True if a draw is too high to beat this score. The check spares most logarithms.
    ///
    /// -ln(1-x) is never less than x. The margin is far above what rounding could do.
    @inline(__always)
    func isOutOfReach(draw: UInt64, inverseWeight: Double) -> Bool {
        Self.fraction(draw) * inverseWeight * (1 - 0x1p-30) > cost
    }

    static func < (left: WeightedScore, right: WeightedScore) -> Bool {
        (left.cost, left.draw) < (right.cost, right.draw)
    }

    /// Returns a number between 0 and 1, without the two: 52 bits and a half leave room for both.
    @inline(__always)
    private static func fraction(_ draw: UInt64) -> Double {
        (Double(Int64(truncatingIfNeeded: draw >> 12)) + 0.5) * 0x1p-52
    }
}
