// SPDX-License-Identifier: Apache-2.0

import ResolutionModel
import ResolverSupport

extension CacheEntryStateMachine {
    /// A copy of an entry's resolution, which holds until the entry changes.
    struct CachedAnswer {
        /// The accepted resolution as it was stored.
        private(set) var accepted: Resolution
        fileprivate let storedAt: Instant
        fileprivate let freshUntil: Instant
        /// The end of the time in which lookups by name receive the resolution, and no fetch is due.
        fileprivate let isGoodUntil: Instant
        /// The entry's version at the time of the copy.
        let version: Int

        /// A copy of no entry, which is never good.
        static let none = CachedAnswer(
            accepted: .nothingYet,
            storedAt: Instant(nanoseconds: 0),
            freshUntil: Instant(nanoseconds: 0),
            isGoodUntil: Instant(nanoseconds: .min),
            version: -1
        )

        /// True if the entry itself would return the same resolution, and count a hit.
        @inline(__always)
        func isGood(at now: Instant) -> Bool { now < isGoodUntil }

        /// Returns the resolution with its age and TTL at this moment.
        @inline(__always)
        mutating func resolution(at now: Instant) -> Resolution {
            var known = accepted
            known.times.age = known.times.age + now.nanoseconds(since: storedAt)
            known.times.timeToLive = freshUntil.nanoseconds(since: now)
            return known
        }

        /// Gives the copy an array of endpoints of its own, with a reference count of its own.
        @inline(never)
        mutating func ownEndpoints() {
            guard case .endpoints(let shared) = accepted.outcome else { return }
            accepted.outcome = .endpoints(shared.map { $0 })
        }
    }

    /// Returns a copy of the accepted resolution; `nil` if there is none.
    ///
    /// - Parameters:
    ///   - version: The entry's version.
    ///   - isForLookups: False if no lookup may receive the copy.
    func cachedAnswer(version: Int, isForLookups: Bool = true) -> CachedAnswer? {
        guard let accepted else { return nil }
        return CachedAnswer(
            accepted: accepted,
            storedAt: storedAt,
            freshUntil: freshUntil,
            isGoodUntil: isForLookups ? isGoodUntil(accepted) : Instant(nanoseconds: .min),
            version: version
        )
    }

    private func isGoodUntil(_ accepted: Resolution) -> Instant {
        guard hasEndpoints, failures == 0, !accepted.isDoubtful else { return Instant(nanoseconds: .min) }
        if watchCount > 0 { return Instant(nanoseconds: .max) }
        return isFetching ? freshUntil : refreshAt
    }
}
