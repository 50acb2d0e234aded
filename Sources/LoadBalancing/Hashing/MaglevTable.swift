// SPDX-License-Identifier: Apache-2.0

/// A table from keys to entries that takes one lookup for each key, however many entries there are: D. E. Eisenbud et
/// al., "Maglev: A Fast and Reliable Software Network Load Balancer", NSDI 2016, section 3.4.
///
/// Each entry has an order of its own over all slots, and takes turns in claiming the first that is still free. When an
/// entry leaves, few of the others' slots change hands: below 1 % of all with a hundred entries and 65537 slots, where
/// `Rendezvous` moves no key.
struct MaglevTable: Sendable {
    /// The entry of each slot.
    let slots: [UInt32]

    /// Shares of slots are right to one part in 10 000 of all slots, if there are 65 537 of these or more. An entry
    /// that is due less than a slot may have no slot.
    ///
    /// - Parameters:
    ///   - identities: hashes that identify the entries, the same for all clients, in any order
    ///   - weights: 0 for entries that have no keys, unless all are 0
    ///   - size: the number of slots, a hundred times that of entries if each is to have its share to within a percent;
    ///     raised to the next prime, and at most 5000011, as in Envoy
    init(identities: [UInt64], weights: [UInt32], size: Int = 65_537) {
        let count = min(identities.count, weights.count)
        // The table must not depend on the order of records.
        let members = (0..<count).sorted { (identities[$0], weights[$0], $0) < (identities[$1], weights[$1], $1) }
        slots = Self.filled(
            size: Self.prime(from: size),
            members: members.map { UInt32(truncatingIfNeeded: $0) },
            identities: members.map { identities[$0] },
            // Heavier entries have more turns. Where those follow each other smoothly, no entry is far ahead of its
            // share when the last slots are claimed.
            turns: WeightedSequence(weights: members.map { weights[$0] })
        )
    }

    /// Returns the entry that has the key; 0 if there are no entries.
    func index(for key: UInt64) -> Int {
        let (slot, _) = StableHash.mix(0, key).multipliedFullWidth(by: UInt64(slots.count))
        return Int(slots[Int(slot)])
    }

    private static func filled(
        size: UInt32,
        members: [UInt32],
        identities: [UInt64],
        turns sequence: WeightedSequence
    ) -> [UInt32] {
        var table = [UInt32](repeating: 0, count: Int(size))
        guard !members.isEmpty else { return table }
        let turns = sequence.slots
        var claims = identities.map { MaglevClaims(identity: $0, size: size) }
        var taken = TakenSlots(count: size)
        // By the position in the first cycle; seldom by the number of the turn, which takes a division.
        func entry(at turn: Int, _ left: Int) -> Int {
            let slot = turns[turn]
            return slot < sequence.entries
                ? Int(slot) : sequence.entry(at: size &- UInt32(truncatingIfNeeded: left))
        }
        var (turn, left) = (0, Int(size))
        // With f slots free, a claim checks size/f of them on average: with 65537 slots, the last 256 of them would be
        // more than half of the work. Once there are fewer, it is quicker to compute which free slot comes first.
        while left &* left > Int(size) {
            let member = entry(at: turn, left)
            table[Int(claims[member].claim(from: &taken, size: size))] = members[member]
            turn = turn &+ 1 == turns.count ? 0 : turn &+ 1
            left &-= 1
        }
        var free = taken.free
        while !free.isEmpty {
            let member = entry(at: turn, free.count)
            let position = claims[member].firstPosition(in: free, size: size)
            table[Int(free[position])] = members[member]
            free.swapAt(position, free.count &- 1)
            free.removeLast()
            turn = turn &+ 1 == turns.count ? 0 : turn &+ 1
        }
        return table
    }

    /// Returns the next prime. Only a prime makes every order go through all slots.
    private static func prime(from size: Int) -> UInt32 {
        var candidate = UInt32(max(3, min(size, 5_000_011))) | 1
        while !isPrime(candidate) { candidate &+= 2 }
        return candidate
    }

    private static func isPrime(_ odd: UInt32) -> Bool {
        var divisor: UInt32 = 3
        while divisor &* divisor <= odd {
            if odd.isMultiple(of: divisor) { return false }
            divisor &+= 2
        }
        return true
    }
}
