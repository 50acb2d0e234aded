// SPDX-License-Identifier: Apache-2.0

/// The order in which one entry claims the slots of a Maglev table: a start and a step, both from its identity.
///
/// It has eight bytes, because those of a thousand entries should stay in the fastest cache while a table is filled.
struct MaglevClaims: Sendable {
    /// All slots before this one, in this order, are taken.
    private var slot: UInt32
    private let step: UInt32

    /// - Parameter size: a prime, so that the steps lead to each slot once before they repeat
    init(identity: UInt64, size: UInt32) {
        slot = Self.number(StableHash.mix(identity, 1), below: size)
        step = 1 &+ Self.number(StableHash.mix(identity, 2), below: size &- 1)
    }

    /// Takes the next free slot in this order, and returns it. There has to be one.
    @inline(__always)
    mutating func claim(from taken: inout TakenSlots, size: UInt32) -> UInt32 {
        var slot = slot
        while !taken.take(slot) { slot = after(slot, size: size) }
        self.slot = after(slot, size: size)
        return slot
    }

    /// Returns the position in `free` of the slot that `claim(from:size:)` would come to.
    ///
    /// It is computed: slot + k * step = s has one solution k modulo a prime, and the least k comes first.
    func firstPosition(in free: [UInt32], size: UInt32) -> Int {
        let (size, slot) = (UInt64(size), UInt64(slot))
        let inverse = Self.inverse(of: UInt64(step), modulo: size)
        // V. Shoup's method of multiplying by one number repeatedly: with a quotient that is known beforehand, a
        // remainder takes no division.
        let quotient = (inverse &<< 32) / size
        var (first, leastSteps) = (0, UInt64.max)
        for (position, candidate) in free.enumerated() {
            let distance = UInt64(candidate) &+ size &- slot
            let twofold = distance &* inverse &- ((distance &* quotient) &>> 32) &* size
            let steps = twofold >= size ? twofold &- size : twofold
            if steps < leastSteps { (first, leastSteps) = (position, steps) }
        }
        return first
    }

    @inline(__always)
    private func after(_ slot: UInt32, size: UInt32) -> UInt32 {
        let next = slot &+ step
        return next >= size ? next &- size : next
    }

    private static func number(_ hash: UInt64, below bound: UInt32) -> UInt32 {
        UInt32(truncatingIfNeeded: hash.multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// Returns the inverse, by Euclid's algorithm with one of the two factors carried along.
    private static func inverse(of value: UInt64, modulo prime: UInt64) -> UInt64 {
        var (larger, smaller) = (prime, value)
        var (previous, factor) = (0 as UInt64, 1 as UInt64)
        while smaller > 1 {
            let (quotient, remainder) = larger.quotientAndRemainder(dividingBy: smaller)
            (larger, smaller) = (smaller, remainder)
            (previous, factor) = (factor, (previous &+ (prime &- quotient % prime) &* factor) % prime)
        }
        return factor
    }
}

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
