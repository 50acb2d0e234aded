// SPDX-License-Identifier: Apache-2.0

extension CacheEntry {
    /// What an entry gives until something has to be done about it, apart from the entry.
    struct Glance {
        fileprivate let believed: Resolution
        fileprivate let storedAt: Instant
        fileprivate let freshUntil: Instant
        fileprivate let isGoodUntil: Instant
        /// How often the entry had changed.
        let version: Int

        /// Whether the entry would say the same.
        @inline(__always)
        func isGood(at now: Instant) -> Bool { now < isGoodUntil }

        /// Puts it where it is wanted.
        @inline(__always)
        func give(at now: Instant, into known: inout Resolution) {
            known = believed
            known.times.age = known.times.age + now.nanoseconds(since: storedAt)
            known.times.timeToLive = freshUntil.nanoseconds(since: now)
        }
    }

    /// A glance at endpoints that are up to date; `nil` if there are none.
    ///
    /// - Parameter version: How often the entry has changed.
    func glance(version: Int) -> Glance? {
        guard let believed, hasEndpoints, failures == 0, currentness == 0 else { return nil }
        return Glance(
            believed: believed,
            storedAt: storedAt,
            freshUntil: freshUntil,
            isGoodUntil: isAsking ? freshUntil : refreshAt,
            version: version
        )
    }
}
