// SPDX-License-Identifier: Apache-2.0

extension ServiceResolver.Diagnostics {
    /// What the cache holds, and what lookups have found in it. Every lookup is counted once: as a hit, negative, stale, a
    /// miss or coalesced.
    public struct Cache: Hashable, Sendable {
        /// How many requests something is kept of.
        public var size: Int

        /// How many there may be; what is followed stays, however many that are.
        public var capacity: Int

        /// Lookups that found endpoints that are up to date.
        public var hits: Int

        /// Lookups that found that there is nothing, or that nobody could be asked a moment ago.
        public var negative: Int

        /// Lookups that were given earlier endpoints because there was no newer answer.
        public var stale: Int

        /// Lookups that asked a question, and waited for the answer.
        public var misses: Int

        /// Lookups that waited for a question of somebody else's.
        public var coalesced: Int

        /// Requests that were given up because there were too many.
        public var evictions: Int

        /// Questions that were asked before the TTL was over, so that nobody had to wait.
        public var refreshes: Int

        /// Empty answers that were not believed over endpoints that were there (``Resolution/doubt``).
        public var held: Int

        /// The greatest age of endpoints that were given stale; zero if none were.
        public var greatestStaleAge: Duration

        /// The longest time from the end of a TTL to the next answer, if that was one: how late endpoints may have been
        /// seen to change. It is long for services that nobody looked up in the meantime, too.
        public var greatestRefreshLag: Duration

        init(size: Int, capacity: Int, tally: CacheTally, evictions: Int) {
            self.size = size
            self.capacity = capacity
            hits = tally.hits
            negative = tally.negative
            stale = tally.stale
            misses = tally.misses
            coalesced = tally.coalesced
            self.evictions = evictions
            refreshes = tally.refreshes
            held = tally.held
            greatestStaleAge = tally.staleAge
            greatestRefreshLag = tally.refreshLag
        }
    }
}
