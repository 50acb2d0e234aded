// SPDX-License-Identifier: Apache-2.0

/// One bit for each slot of a table: filling a table takes most of its time to check slots that are taken, and 8 KB of
/// bits stay in the fastest cache, where the table itself would not.
struct TakenSlots: Sendable {
    private var words: [UInt64]
    private let count: UInt32

    init(count: UInt32) {
        words = [UInt64](repeating: 0, count: Int((count &+ 63) / 64))
        self.count = count
    }

    /// The free slots.
    var free: [UInt32] {
        (0..<count).filter { words[Self.word($0)] & Self.bit($0) == 0 }
    }

    /// Takes a slot; returns false if it was taken already.
    @inline(__always)
    mutating func take(_ slot: UInt32) -> Bool {
        let (word, bit) = (Self.word(slot), Self.bit(slot))
        guard words[word] & bit == 0 else { return false }
        words[word] |= bit
        return true
    }

    @inline(__always)
    private static func word(_ slot: UInt32) -> Int { Int(slot &>> 6) }

    @inline(__always)
    private static func bit(_ slot: UInt32) -> UInt64 { 1 &<< UInt64(slot & 63) }
}
