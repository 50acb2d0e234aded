// SPDX-License-Identifier: Apache-2.0

import ConsulResolver

/// The results of repeated lookups of one service.
struct LookupLog {
    private(set) var count = 0
    /// The number of lookups without any endpoint.
    private(set) var failed = 0
    /// The number of lookups with some endpoints, but not all.
    private(set) var incomplete = 0
    private(set) var slowest = Duration.zero
    /// The times at which a fresh answer followed stale ones.
    private(set) var returns: [ContinuousClock.Instant] = []

    private var wasStale = false

    mutating func note(_ resolution: Resolution?, expecting instances: Int, since start: ContinuousClock.Instant) {
        let now = ContinuousClock.now
        count += 1
        slowest = max(slowest, start.duration(to: now))
        guard let resolution, !resolution.endpoints.isEmpty else { return failed += 1 }
        if resolution.endpoints.count < instances { incomplete += 1 }
        if wasStale, !resolution.isStale { returns.append(now) }
        wasStale = resolution.isStale
    }

    mutating func add(_ other: LookupLog) {
        count += other.count
        failed += other.failed
        incomplete += other.incomplete
        slowest = max(slowest, other.slowest)
        returns += other.returns
    }
}
