// SPDX-License-Identifier: Apache-2.0

/// The selection of one of several tiers for a pick.
///
/// Keys and clients are assigned to tiers by weighted rendezvous hashing, as to endpoints: a tier with a growing share
/// takes keys for itself only, one with a shrinking share loses only its own, and a tier that appears or disappears
/// moves no keys between the others. With two tiers that is the least possible movement, with more at most twice as
/// much. Slices of a range, one behind the other, would move keys of every tier behind the one that changes.
struct TierSelector: Sendable {
    private let keys: Rendezvous?
    private let constant: Int?
    private let turns: [UInt32]

    /// The selector where there is at most one tier.
    static let single = TierSelector(identities: [], loads: [], by: .turns, seed: 0)

    /// - Parameters:
    ///   - identities: The same for the same tier in every process; as many as loads.
    ///   - loads: The share of each tier.
    ///   - seed: The client's own seed.
    init(identities: [UInt64], loads: [Int], by choice: TierChoice, seed: UInt64) {
        guard loads.count > 1 else {
            (keys, constant, turns) = (nil, 0, [])
            return
        }
        let weights = loads.map { UInt32($0) }
        let rendezvous = Rendezvous(identities: identities, weights: weights)
        switch choice {
        case .turns: (keys, constant) = (nil, nil)
        case .key: (keys, constant) = (rendezvous, nil)
        case .client(let own): (keys, constant) = (nil, rendezvous.first(for: own ?? seed) { _ in true })
        }
        turns = WeightedSequence(weights: weights).slots
    }

    /// Returns the position of the tier.
    ///
    /// - Parameter ticket: Makes the number of this pick, for a choice by turns.
    @inline(__always)
    func position(for key: HashKey?, ticket: () -> UInt32) -> Int {
        if let constant { return constant }
        if let key, let keys { return keys.first(for: key.value) { _ in true } ?? 0 }
        return Int(turns[Int(ticket()) % turns.count])
    }
}
