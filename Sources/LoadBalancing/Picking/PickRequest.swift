// SPDX-License-Identifier: Apache-2.0

import NetworkAddress
import ResolverSupport

/// The input of an ``EndpointPicker``.
///
/// It cannot be stored, because it refers to the set of candidates that the pick is about.
public struct PickRequest: ~Copyable {
    /// The number of this pick among those of its set of candidates, counting up by one from a random start. A picker
    /// that takes turns uses it: the next entry of a cycle is `ticket` modulo its length.
    public let ticket: UInt32

    /// A value that related requests have in common, if the caller has set it.
    public let key: HashKey?

    /// The time, for policies with ``BalancingPolicy/measuresLatency``; the distant past for others.
    let now: Moment

    private let tier: UncountedReference<CandidateTier>
    /// `nil` if no endpoints are excluded, which costs a pick no time.
    private let exclusions: Exclusions?

    @inline(__always)
    init(
        ticket: UInt32,
        key: HashKey?,
        now: Moment,
        in tier: CandidateTier,
        excluding exclusions: Exclusions? = nil
    ) {
        self.ticket = ticket
        self.key = key
        self.now = now
        self.tier = UncountedReference(tier)
        self.exclusions = exclusions
    }

    /// A random number that belongs to this pick: the same each time it is read.
    public var random: UInt64 {
        StableHash.mix(UInt64(ticket), tier.read { $0.seed })
    }

    /// True if a candidate is usable: it is not excluded, it has not been ejected since the picker was made, and it is
    /// not on probation with a request under way. A picker that chooses an unusable one is called again, so only a picker
    /// that would choose the same one again has to check.
    public func isUsable(_ index: Int) -> Bool {
        tier.read { $0.isUsable(index, excluding: exclusions) }
    }
}

/// Endpoints that a pick avoids while there are others.
final class Exclusions: Sendable {
    private let targets: [HostPort]
    /// The same for a long list, since a pick may check every endpoint.
    private let index: Set<HostPort>?

    /// - Returns: `nil` if there are no targets.
    init?(_ targets: [HostPort]) {
        guard !targets.isEmpty else { return nil }
        self.targets = targets
        index = targets.count > 8 ? Set(targets) : nil
    }

    func contains(_ target: HostPort) -> Bool { index?.contains(target) ?? targets.contains(target) }
}
