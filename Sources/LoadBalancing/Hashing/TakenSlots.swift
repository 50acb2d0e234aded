// SPDX-License-Identifier: Apache-2.0

/// One bit for each slot of a table: most of the time it takes to fill one goes into looking at slots that are taken, and
/// 8 KB of bits stay in the fastest cache, where the table itself would not.
struct TakenSlots: Sendable {
    private var words: [UInt64]

    init(count: Int) {
        words = [UInt64](repeating: 0, count: (count &+ 63) / 64)
    }

    /// False if somebody else has the slot.
    @inline(__always)
    mutating func take(_ slot: Int) -> Bool {
        let (word, bit) = (slot &>> 6, 1 as UInt64 &<< UInt64(truncatingIfNeeded: slot & 63))
        guard words[word] & bit == 0 else { return false }
        words[word] |= bit
        return true
    }
}
