// SPDX-License-Identifier: Apache-2.0

/// Counts of cache lookups, fetches and held answers.
package struct CacheTally: Sendable {
    /// Lookups that found endpoints that are up to date.
    package var hits = 0
    /// Lookups that found an empty answer, or a failure within its backoff.
    package var negative = 0
    /// Lookups that received an earlier answer because there was no newer one.
    package var stale = 0
    /// Lookups that started a fetch, and waited for it.
    package var misses = 0
    /// Lookups that waited for a fetch that was already under way.
    package var coalesced = 0
    /// Fetches ahead of the end of a TTL.
    package var refreshes = 0
    /// Empty answers that were not accepted.
    package var held = 0
    /// The greatest age of an answer returned as stale.
    package var staleAge = Duration.zero
    /// The longest time between the end of a TTL and the next answer.
    package var refreshLag = Duration.zero

    package init() {}

    /// Adds the counts of another tally.
    package mutating func add(_ other: CacheTally) {
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
