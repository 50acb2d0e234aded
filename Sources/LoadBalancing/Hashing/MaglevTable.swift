// SPDX-License-Identifier: Apache-2.0

/// A table from keys to entries that takes one look for each key, however many entries there are: D. E. Eisenbud et al.,
/// "Maglev: A Fast and Reliable Software Network Load Balancer", NSDI 2016, section 3.4.
///
/// Each entry has an order of its own over all slots, and takes turns in claiming the first that is still free. When one
/// leaves, few of the others' slots change hands: below 1 % of all with a hundred entries and 65537 slots, where
/// `Rendezvous` moves none.
struct MaglevTable: Sendable {
    private let table: [UInt32]

    /// - Parameters:
    ///   - identities: hashes that say who an entry is, the same for all clients, in any order
    ///   - weights: 0 for entries that have no keys, unless all are 0
    ///   - size: the number of slots, a hundred times that of entries if each is to have its share to within a percent;
    ///     raised to the next prime
    init(identities: [UInt64], weights: [UInt32], size: Int = 65_537) {
        let size = Self.prime(from: size)
        let count = min(identities.count, weights.count)
        // What the table looks like must not depend on the order of records.
        let members = (0..<count).sorted { (identities[$0], weights[$0], $0) < (identities[$1], weights[$1], $1) }
        var claims = members.map { MaglevClaims(identity: identities[$0], size: size) }
        // Heavier ones have more turns. Where turns follow each other smoothly, nobody is ahead of its share when the
        // last slots are given away.
        let turns = WeightedSequence(weights: members.map { weights[$0] }).slots
        var table = [UInt32](repeating: 0, count: size)
        var taken = TakenSlots(count: size)
        var turn = 0
        for _ in 0..<(turns.isEmpty ? 0 : size) {
            let member = Int(turns[turn])
            table[claims[member].claim(from: &taken)] = UInt32(truncatingIfNeeded: members[member])
            turn = turn &+ 1 == turns.count ? 0 : turn &+ 1
        }
        self.table = table
    }

    /// The entry that has the key; 0 if there are no entries.
    func index(for key: UInt64) -> Int {
        let (slot, _) = StableHash.mix(0, key).multipliedFullWidth(by: UInt64(table.count))
        return Int(table[Int(slot)])
    }

    /// Only a prime makes every order go through all slots.
    private static func prime(from size: Int) -> Int {
        var candidate = max(2, min(size, 5_000_011)) | 1
        while !isPrime(candidate) { candidate &+= 2 }
        return candidate
    }

    private static func isPrime(_ odd: Int) -> Bool {
        var divisor = 3
        while divisor &* divisor <= odd {
            if odd % divisor == 0 { return false }
            divisor &+= 2
        }
        return true
    }
}
