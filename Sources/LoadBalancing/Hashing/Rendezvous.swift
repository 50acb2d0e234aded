// SPDX-License-Identifier: Apache-2.0

/// Rendezvous hashing, or highest random weight (D. G. Thaler and C. V. Ravishankar, 1996): for each key every entry
/// draws a number from both their hashes, and the best one has the key.
///
/// An entry that leaves loses its own keys and moves no others, one that joins takes keys only for itself, and a changed
/// weight moves keys only towards or away from it. A ring or a Maglev table moves some between the others, too. The price
/// is a look at each entry for each key. Weights are exact (`WeightedScore`).
struct Rendezvous: Sendable {
    private struct Entry {
        var identity: UInt64
        var inverseWeight: Double
    }

    private let entries: [Entry]
    private let areEqual: Bool

    /// - Parameters:
    ///   - identities: hashes that say who an entry is, the same for all clients; as many as weights
    ///   - weights: 0 for entries that are only used when no other can be
    init(identities: [UInt64], weights: [UInt32]) {
        entries = zip(identities, weights).map { Entry(identity: $0, inverseWeight: 1 / Double($1)) }
        areEqual = entries.allSatisfy { [entries] in $0.inverseWeight == entries.first?.inverseWeight }
    }

    /// The entry that has the key; of those that can be used, the next in its order. Nil if none can.
    ///
    /// - Parameter isUsable: asked about an entry only when it is better than all before it, so some ln(n) times
    func first(for key: UInt64, isUsable: (Int) -> Bool) -> Int? {
        areEqual ? firstOfEquals(for: key, isUsable: isUsable) : firstByWeight(for: key, isUsable: isUsable)
    }

    /// All entries, each the one to turn to when none before it can be used.
    func order(for key: UInt64) -> [Int] {
        let scores = entries.map { score(of: $0, draw: StableHash.mix($0.identity, key)) }
        return scores.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
    }

    private func firstOfEquals(for key: UInt64, isUsable: (Int) -> Bool) -> Int? {
        var best: (draw: UInt64, index: Int)?
        for (index, entry) in entries.enumerated() {
            let draw = StableHash.mix(entry.identity, key)
            if let best, draw > best.draw { continue }
            if let best, draw == best.draw, entry.identity >= entries[best.index].identity { continue }
            if isUsable(index) { best = (draw, index) }
        }
        return best?.index
    }

    private func firstByWeight(for key: UInt64, isUsable: (Int) -> Bool) -> Int? {
        var best: (score: WeightedScore, index: Int)?
        for (index, entry) in entries.enumerated() {
            let draw = StableHash.mix(entry.identity, key)
            if let best, best.score.isOutOfReach(draw: draw, inverseWeight: entry.inverseWeight) { continue }
            let score = score(of: entry, draw: draw)
            if let best, best.score <= score { continue }
            if isUsable(index) { best = (score, index) }
        }
        return best?.index
    }

    private func score(of entry: Entry, draw: UInt64) -> WeightedScore {
        areEqual
            ? WeightedScore(draw: draw, identity: entry.identity)
            : WeightedScore(draw: draw, identity: entry.identity, inverseWeight: entry.inverseWeight)
    }
}
