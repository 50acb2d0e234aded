// SPDX-License-Identifier: Apache-2.0

/// What has happened to an entry of the cache, in numbers.
struct CacheTally: Sendable {
    /// Lookups that found endpoints that are up to date.
    var hits = 0
    /// Lookups that found that there is nothing, or that a question had failed a moment ago.
    var negative = 0
    /// Lookups that were given an earlier answer because there was no newer one.
    var stale = 0
    /// Lookups that asked a question.
    var misses = 0
    /// Lookups that waited for somebody else's question.
    var coalesced = 0
    /// Questions ahead of the end of a TTL.
    var refreshes = 0
    /// Answers that were not believed.
    var held = 0
    /// The greatest age of an answer given stale.
    var staleAge = Duration.zero
    /// The greatest time between the end of a TTL and the next answer.
    var refreshLag = Duration.zero

    /// Counts a lookup that was answered from memory.
    mutating func count(_ known: Resolution) {
        guard case .endpoints = known.outcome else { return negative += 1 }
        guard known.isStale else { return hits += 1 }
        stale += 1
        staleAge = max(staleAge, known.age)
    }

    /// Adds what has happened elsewhere.
    mutating func add(_ other: CacheTally) {
        hits += other.hits
        negative += other.negative
        stale += other.stale
        misses += other.misses
        coalesced += other.coalesced
        refreshes += other.refreshes
        held += other.held
        staleAge = max(staleAge, other.staleAge)
        refreshLag = max(refreshLag, other.refreshLag)
    }
}
