// SPDX-License-Identifier: Apache-2.0

/// How many slots of a cycle each entry gets.
///
/// Small weights are their own slots. Larger ones would make cycles of up to 2^48 slots, so they are rounded to a cycle
/// that fits into memory: by largest remainders (Hamilton), which is never off by a whole slot. Its paradoxes, such as
/// losing a slot because the cycle grew, do no harm where nobody compares two cycles.
struct Apportionment: Sendable {
    /// For each entry its slots in one cycle, without a common divisor; 0 for who must not be picked.
    let slots: [UInt32]

    /// Entries of weight 0 get nothing, unless all are 0: then all are equal. Anybody else gets a slot at least, however
    /// small its share: never being picked is what 0 is for. That is the one thing that may bend proportions by more
    /// than a slot, and only when weights are further apart than the cycle is long.
    init(weights: [UInt32]) {
        let reduced = Weights.reduced(Weights.effective(weights))
        let length = Self.roundedLength(entries: reduced.count { $0 > 0 })
        // Up to 16 KB an exact cycle is preferred, and always to a longer one that is rounded.
        if Weights.sum(reduced) <= max(4096, length) {
            slots = reduced
        } else {
            slots = Weights.reduced(Self.rounded(reduced, length: length))
        }
    }

    /// Sixteen slots for each entry keep the rounding of an average one within a few percent.
    private static func roundedLength(entries: Int) -> UInt64 {
        UInt64(max(entries, min(65_536, max(1024, 16 &* entries))))
    }

    private static func rounded(_ weights: [UInt32], length: UInt64) -> [UInt32] {
        let ascending = weights.indices.filter { weights[$0] > 0 }.sorted { weights[$0] < weights[$1] }
        var slots = [UInt32](repeating: 0, count: weights.count)
        var slotsLeft = length
        var weightLeft = Weights.sum(weights)

        // Who is due less than a slot gets one all the same, at the cost of all who are due more. That may push the
        // next one below a slot, hence the order.
        var small = 0
        for index in ascending {
            guard UInt64(weights[index]) &* slotsLeft < weightLeft else { break }
            slots[index] = 1
            slotsLeft &-= 1
            weightLeft &-= UInt64(weights[index])
            small &+= 1
        }

        let (slotsShared, weightShared) = (slotsLeft, weightLeft)
        var remainders: [(remainder: UInt64, index: Int)] = []
        remainders.reserveCapacity(ascending.count &- small)
        for index in ascending.dropFirst(small) {
            // 48 bits at most: the cycle has 16, or one slot for each and then nobody is due more than one.
            let (quota, remainder) = (UInt64(weights[index]) &* slotsShared).quotientAndRemainder(
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
