// SPDX-License-Identifier: Apache-2.0

/// Weighted round robin as a table: whoever picks only moves a cursor through it.
///
/// Heavier entries come more often and evenly spaced, which is what sets this apart from a list that repeats each
/// entry by its weight, and from a weighted draw, whose error grows with the root of the number of picks. After any
/// number of picks from the start of a cycle, each entry has had its share to within 1 - 1/(2n-2) picks.
struct WeightedSequence: Sendable {
    /// One cycle: indices of entries. Empty only if there are no entries.
    let slots: [UInt32]

    /// Entries of weight 0 do not occur, unless all are 0: then all are equal.
    init(weights: [UInt32]) {
        let counts = Apportionment(weights: weights).slots
        if counts.allSatisfy({ $0 <= 1 }) {
            // The common case, in which the order of entries is as good as any.
            slots = counts.indices.lazy.filter { counts[$0] > 0 }.map { UInt32(truncatingIfNeeded: $0) }
        } else {
            slots = ChairmanAssignment.cycle(counts: counts)
        }
    }
}
