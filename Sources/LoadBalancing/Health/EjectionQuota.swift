// SPDX-License-Identifier: Apache-2.0

/// How many endpoints of a service may be out at once.
///
/// Asked by whoever sees all of them; one endpoint's ``Ejection`` knows nothing of the others.
struct EjectionQuota: Hashable, Sendable {
    private let share: Double

    init(_ policy: EjectionPolicy) {
        share = policy.maximumShare.clampedToUnit
    }

    /// The most of `listed` endpoints that may be out.
    ///
    /// One of two or three may be, whatever the share, since most services are that small: the share alone would keep a
    /// dead one in. The last one never may: without it, every request would fail for certain.
    func limit(listed: Int) -> Int {
        guard share > 0, listed > 1 else { return 0 }
        // 0.29 * 100 is 28.999…, and whoever writes 0.29 means 29.
        let allowed = Int((Double(listed) * share + 1e-9).rounded(.down))
        return min(max(allowed, 1), listed &- 1)
    }

    /// Whether one more may go.
    ///
    /// - Parameters:
    ///   - listed: the endpoints that would be picked from, were none ejected: what Consul or a probe has taken out does
    ///     not count.
    ///   - ejected: how many of them are out or half-open.
    func allowsOneMore(listed: Int, ejected: Int) -> Bool {
        ejected < limit(listed: listed)
    }
}
