// SPDX-License-Identifier: Apache-2.0

import ResolutionModel
import ResolverSupport

extension CacheEntryStateMachine {
    /// A copy of an entry's resolution, which holds until the entry changes or a fetch is due.
    struct CachedHit {
        fileprivate let accepted: Resolution
        fileprivate let storedAt: Instant
        fileprivate let freshUntil: Instant
        fileprivate let isGoodUntil: Instant
        /// The entry's version at the time of the copy.
        let version: Int

        /// True if the entry itself would return the same resolution.
        @inline(__always)
        func isGood(at now: Instant) -> Bool { now < isGoodUntil }

        /// Copies the cached resolution into `known`, updating age and TTL.
        @inline(__always)
        func copy(at now: Instant, into known: inout Resolution) {
            known = accepted
            known.times.age = known.times.age + now.nanoseconds(since: storedAt)
            known.times.timeToLive = freshUntil.nanoseconds(since: now)
        }
    }

    /// Returns a copy of endpoints that are up to date; `nil` if there are no such endpoints.
    ///
    /// - Parameter version: The entry's version.
    func cachedHit(version: Int) -> CachedHit? {
        guard let accepted, hasEndpoints, failures == 0, watchCount == 0 else { return nil }
        return CachedHit(
            accepted: accepted,
            storedAt: storedAt,
            freshUntil: freshUntil,
            isGoodUntil: isFetching ? freshUntil : refreshAt,
            version: version
        )
    }
}
