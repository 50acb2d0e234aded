// SPDX-License-Identifier: Apache-2.0

extension ResolverDiagnostics {
    /// The size of the cache and the results of lookups in it. Each lookup is counted once: as a hit, negative, stale,
    /// a miss or coalesced.
    public struct Cache: Hashable, Sendable {
        /// The number of requests with an entry in the cache.
        public var size: Int

        /// The maximum number of entries. Entries of followed services are not evicted and may exceed it.
        public var capacity: Int

        /// The counts since the start of the resolver.
        package var tally: CacheTally

        /// Entries that were evicted because the cache was full.
        public var evictions: Int

        package init(size: Int, capacity: Int, tally: CacheTally, evictions: Int) {
            (self.size, self.capacity, self.tally, self.evictions) = (size, capacity, tally, evictions)
        }

        /// Lookups that found current endpoints.
        public var hits: Int { tally.hits }

        /// Lookups that returned earlier endpoints because there was no newer answer.
        public var stale: Int { tally.stale }

        /// Lookups that started a fetch and waited for its answer.
        public var misses: Int { tally.misses }
    }
}

/// Counts of cache lookups, fetches and held answers.
package struct CacheTally: Hashable, Sendable {
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
    /// Fetches that started before the end of the TTL, so that no lookup had to wait.
    package var refreshes = 0
    /// Empty answers that were not accepted, because earlier endpoints exist (``Resolution/doubt``).
    package var held = 0
    /// The greatest age of endpoints that were returned stale; zero if none were.
    package var staleAge = Duration.zero
    /// The longest time from the end of a TTL to the next successful answer: the delay with which a change of endpoints may
    /// have been seen. It includes times in which a service was not looked up.
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
