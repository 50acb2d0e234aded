// SPDX-License-Identifier: Apache-2.0

/// Rendezvous hashing, or highest random weight (D. G. Thaler and C. V. Ravishankar, 1996): for each key every entry
/// draws a number from both their hashes, and the best one has the key.
///
/// An entry that leaves loses its own keys and moves no others, one that joins takes keys only for itself, and a
/// changed weight moves keys only to or from its entry. A ring or a Maglev table also moves some between the others.
/// The price is a computation for each entry and key. Weights are exact (`WeightedScore`).
struct Rendezvous: Sendable {
    private struct Entry {
        var identity: UInt64
        var inverseWeight: Double
    }

    private let entries: [Entry]
    private let areEqual: Bool

    /// - Parameters:
    ///   - identities: hashes that identify the entries, the same for all clients; as many as weights
    ///   - weights: 0 for entries that are only used when no other can be
    init(identities: [UInt64], weights: [UInt32]) {
        let entries = zip(identities, weights).map { Entry(identity: $0, inverseWeight: 1 / Double($1)) }
        areEqual = entries.allSatisfy { $0.inverseWeight == entries.first?.inverseWeight }
        self.entries = entries
    }

    /// Returns the entry that has the key or, if that is not usable, the next usable one in its order; `nil` if no
    /// entry is usable.
    ///
    /// - Parameter isUsable: called for few entries: the best one, and if that is not usable, those that are better
    ///   than all before them
    func first(for key: UInt64, isUsable: (Int) -> Bool) -> Int? {
        guard areEqual else { return firstByWeight(for: key, isUsable: isUsable) }
        let best = bestOfEquals(for: key)
        if entries.indices.contains(best), isUsable(best) { return best }
        return firstOfEquals(for: key, isUsable: isUsable)
    }

    /// Returns all entries in the order in which to try them.
    func order(for key: UInt64) -> [Int] {
        let draws = entries.map { StableHash.mix($0.identity, key) }
        guard !areEqual else { return draws.indices.sorted { (draws[$0], $0) < (draws[$1], $1) } }
        let scores = zip(draws, entries).map { WeightedScore(draw: $0, inverseWeight: $1.inverseWeight) }
        return scores.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
    }

    /// Returns the best entry, usable or not. Without a check in the loop there is no branch to be mispredicted, which
    /// is most of what the search costs.
    private func bestOfEquals(for key: UInt64) -> Int {
        var (best, leastDraw) = (0, UInt64.max)
        for (index, entry) in entries.enumerated() {
            let draw = StableHash.mix(entry.identity, key)
            let isBetter = draw < leastDraw
            best = isBetter ? index : best
            leastDraw = isBetter ? draw : leastDraw
        }
        return best
    }

    private func firstOfEquals(for key: UInt64, isUsable: (Int) -> Bool) -> Int? {
        var best: (draw: UInt64, index: Int)?
        for (index, entry) in entries.enumerated() {
            let draw = StableHash.mix(entry.identity, key)
            if let best, best.draw <= draw { continue }
            if isUsable(index) { best = (draw, index) }
        }
        return best?.index
    }

    private func firstByWeight(for key: UInt64, isUsable: (Int) -> Bool) -> Int? {
        var best: (score: WeightedScore, index: Int)?
        for (index, entry) in entries.enumerated() {
            let draw = StableHash.mix(entry.identity, key)
            if let best, best.score.isOutOfReach(draw: draw, inverseWeight: entry.inverseWeight) { continue }
            let score = WeightedScore(draw: draw, inverseWeight: entry.inverseWeight)
            if let best, best.score <= score { continue }
            if isUsable(index) { best = (score, index) }
        }
        return best?.index
    }
}
