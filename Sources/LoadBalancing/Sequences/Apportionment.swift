// SPDX-License-Identifier: Apache-2.0

/// The number of slots of a cycle for each entry.
///
/// Small weights are numbers of slots themselves. Larger ones would make cycles of up to 2^48 slots. They are rounded
/// to a cycle that fits into memory, by largest remainders (Hamilton), if that leaves every entry's part of all picks
/// nearly as it is. The method's paradoxes, such as losing a slot because the cycle grew, do no harm where no two
/// cycles are compared. Otherwise entries get the whole slots that they are due, and the rest of all their shares goes
/// to another cycle (``WeightedSequence``).
struct Apportionment: Sendable {
    /// The part that is left for another cycle.
    struct Remainder: Hashable, Sendable {
        /// The number of slots of this cycle that belong to the other one.
        let slots: UInt32
        /// The weights in the other cycle.
        let weights: [UInt64]
    }

    /// The slots of each entry in one cycle, without a common divisor if there is no remainder.
    let slots: [UInt32]

    /// The rest of all shares; `nil` if every entry has its share.
    let remainder: Remainder?

    /// The number of slots up to which a cycle is always exact (16 KB). A cycle is also exact if it is no longer than a
    /// rounded one.
    static let longestExact: UInt64 = 4096

    /// The largest change of an entry's part of all picks by rounding. The promise is 1/10 000; a Maglev table, which
    /// is a part of the sequence, adds an error of its own.
    static let tolerance = 0.00005

    /// - Parameters:
    ///   - weights: Entries of weight 0 get no slots. At most 2^40 in sum, or 2^32 each.
    ///   - part: The part of all picks that the cycle has.
    ///   - isLast: True if there may be no other cycle. Then every entry with a weight has a slot, however small its
    ///     share: only a weight of 0 means never.
    init(_ weights: [UInt64], part: Double = 1, isLast: Bool = false) {
        let reduced = Weights.reduced(weights)
        let length = Self.roundedLength(entries: reduced.count { $0 > 0 })
        // An exact cycle is preferred to a longer one that is rounded.
        if Weights.sum(reduced) <= max(Self.longestExact, length) {
            (slots, remainder) = (reduced.map { UInt32(truncatingIfNeeded: $0) }, nil)
            return
        }
        let rounded = Self.rounded(reduced, length: length)
        if isLast || part * Self.error(of: rounded, weights: reduced, length: length) <= Self.tolerance {
            (slots, remainder) = (Weights.reduced(rounded), nil)
        } else {
            (slots, remainder) = Self.split(reduced, length: length)
        }
    }

    /// Returns the greatest difference between a rounded share and the share that was rounded.
    private static func error(of slots: [UInt32], weights: [UInt64], length: UInt64) -> Double {
        let (perSlot, perWeight) = (1 / Double(length), 1 / Double(Weights.sum(weights)))
        return zip(slots, weights).reduce(0) { max($0, abs(Double($1.0) * perSlot - Double($1.1) * perWeight)) }
    }

    /// Returns the whole slots that entries are due, and what they are due beyond.
    private static func split(_ weights: [UInt64], length: UInt64) -> ([UInt32], Remainder) {
        let sum = Weights.sum(weights)
        var (slots, rest, left): ([UInt32], [UInt64], UInt64) = ([], [], length)
        for weight in weights {
            let (quota, remainder) = (weight &* length).quotientAndRemainder(dividingBy: sum)
            slots.append(UInt32(truncatingIfNeeded: quota))
            rest.append(remainder)
            left &-= quota
        }
        // The rest has `left * sum` in sum. Forty bits of it are far more than the tolerance needs.
        while Weights.sum(rest) >> 40 > 0 { rest = rest.map { $0 > 0 ? max($0 >> 4, 1) : 0 } }
        return (slots, Remainder(slots: UInt32(truncatingIfNeeded: left), weights: rest))
    }

    /// Returns the length of a rounded cycle. Sixteen slots for each entry keep the rounding of an average one within a
    /// few percent.
    private static func roundedLength(entries: Int) -> UInt64 {
        UInt64(max(entries, min(65_536, max(1024, 16 &* entries))))
    }

    /// - Parameter length: At least the number of weights.
    static func rounded(_ weights: [UInt64], length: UInt64) -> [UInt32] {
        let ascending = weights.indices.filter { weights[$0] > 0 }.sorted { weights[$0] < weights[$1] }
        var slots = [UInt32](repeating: 0, count: weights.count)
        var slotsLeft = length
        var weightLeft = Weights.sum(weights)

        // An entry that is due less than a slot gets one all the same, at the cost of all that are due more. That may
        // push the next entry below a slot, hence the order.
        var small = 0
        for index in ascending {
            guard weights[index] &* slotsLeft < weightLeft else { break }
            slots[index] = 1
            slotsLeft &-= 1
            weightLeft &-= weights[index]
            small &+= 1
        }

        let (slotsShared, weightShared) = (slotsLeft, weightLeft)
        var remainders: [(remainder: UInt64, index: Int)] = []
        remainders.reserveCapacity(ascending.count &- small)
        for index in ascending.dropFirst(small) {
            // 57 bits at most: a weight has 40 and the length 17. A longer cycle has one slot for each entry, and then
            // no entry is due more than one.
            let (quota, remainder) = (weights[index] &* slotsShared).quotientAndRemainder(
                dividingBy: weightShared
            )
            slots[index] = UInt32(truncatingIfNeeded: quota)
            slotsLeft &-= quota
            remainders.append((remainder, index))
        }
        remainders.sort { ($0.remainder, $1.index) > ($1.remainder, $0.index) }
        for (_, index) in remainders.prefix(Int(slotsLeft)) { slots[index] &+= 1 }
        return slots
    }
}
