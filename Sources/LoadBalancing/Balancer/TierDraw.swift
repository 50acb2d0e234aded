// SPDX-License-Identifier: Apache-2.0

/// Decides which of several tiers a pick goes to.
///
/// Keys and clients are drawn by weighted rendezvous hashing, as endpoints are: a tier whose share grows takes keys for itself
/// only, one whose share shrinks loses its own, and a tier that appears or goes moves none between the others. Between two
/// tiers that is the least that can move, among more at most twice as much. Slices of a range, one behind the other, would
/// move keys of every tier behind the one that changes.
struct TierDraw: Sendable {
    private let keys: Rendezvous?
    private let constant: Int?
    private let turns: [UInt32]

    /// For one tier, or none.
    static let single = TierDraw(identities: [], loads: [], by: .turns, seed: 0)

    /// - Parameters:
    ///   - identities: The same for the same tier in every process; as many as loads.
    ///   - loads: The share of each tier.
    ///   - seed: The client's own.
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

    /// The position of the tier.
    ///
    /// - Parameter ticket: Makes the number of this draw, where it goes by turns.
    @inline(__always)
    func position(for key: HashKey?, ticket: () -> UInt32) -> Int {
        if let constant { return constant }
        if let key, let keys { return keys.first(for: key.value) { _ in true } ?? 0 }
        return Int(turns[Int(ticket()) % turns.count])
    }
}
