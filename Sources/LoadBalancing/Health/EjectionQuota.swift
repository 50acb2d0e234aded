// SPDX-License-Identifier: Apache-2.0

/// The limit of endpoints of a service that may be out at once.
///
/// The balancer applies it, since it sees all endpoints; the ``Ejection`` of one endpoint does not know the others.
struct EjectionQuota: Hashable, Sendable {
    private let share: Double

    init(_ policy: EjectionPolicy) {
        share = policy.maximumShare.clampedToUnit
    }

    /// Returns how many of `listed` endpoints may be out.
    ///
    /// One of two or three may be, whatever the share, since most services are that small: the share alone would keep a
    /// dead one in. The last one never may: without it, every request would fail for certain.
    func limit(listed: Int) -> Int {
        guard share > 0, listed > 1 else { return 0 }
        // 0.29 * 100 is 28.999…, and a user who writes 0.29 means 29.
        let allowed = Int((Double(listed) * share + 1e-9).rounded(.down))
        return min(max(allowed, 1), listed &- 1)
    }

    /// True if one more endpoint may be ejected.
    ///
    /// - Parameters:
    ///   - listed: the number of endpoints that would be picked from if no endpoint were ejected; those that Consul or
    ///     a probe has taken out do not count.
    ///   - ejected: the number of them that are out or half-open.
    func allowsOneMore(listed: Int, ejected: Int) -> Bool {
        ejected < limit(listed: listed)
    }
}

/// Numbers of listed and ejected endpoints, by which ``EjectionQuota`` decides. They are counted when a snapshot is
/// built, so that an outage in which every request asks for an ejection does not count all endpoints each time.
struct EjectionCount: Hashable, Sendable {
    /// Endpoints that would be used if no endpoint were ejected. Endpoints that Consul or a probe calls unhealthy are
    /// not counted.
    var listed = 0
    /// Endpoints that are ejected, or on probation in a tier that gets requests. An endpoint on probation in a priority
    /// or a place that is not needed now cannot prove itself; it must not keep others from being ejected forever.
    var out = 0
}
