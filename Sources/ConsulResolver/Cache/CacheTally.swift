// SPDX-License-Identifier: Apache-2.0

/// Counts of cache lookups, fetches and held answers.
struct CacheTally: Sendable {
    /// Lookups that found endpoints that are up to date.
    var hits = 0
    /// Lookups that found an empty answer, or a failure within its backoff.
    var negative = 0
    /// Lookups that received an earlier answer because there was no newer one.
    var stale = 0
    /// Lookups that started a fetch, and waited for it.
    var misses = 0
    /// Lookups that waited for a fetch that was already under way.
    var coalesced = 0
    /// Fetches ahead of the end of a TTL.
    var refreshes = 0
    /// Empty answers that were not accepted.
    var held = 0
    /// The greatest age of an answer returned as stale.
    var staleAge = Duration.zero
    /// The longest time between the end of a TTL and the next answer.
    var refreshLag = Duration.zero

    /// Adds the counts of another tally.
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
