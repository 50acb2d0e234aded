// SPDX-License-Identifier: Apache-2.0

/// What an ``EndpointPicker`` is asked.
///
/// It cannot be kept: it looks into the set of candidates that the pick is about.
public struct PickRequest: ~Copyable {
    /// The number of this draw among those of its set of candidates, counting up by one from a random start. It is what
    /// takes turns: the next entry of a cycle is `ticket` modulo its length.
    public let ticket: UInt32

    /// What requests that belong together have in common, if the caller has said so.
    public let key: HashKey?

    /// The time, for policies that ``BalancingPolicy/measuresLatency``; the distant past for others.
    let now: Moment

    private let tier: Unmanaged<SnapshotTier>
    /// `nil` for none, which costs a pick nothing.
    private let exclusions: Exclusions?

    @inline(__always)
    init(
        ticket: UInt32,
        key: HashKey?,
        now: Moment,
        in tier: Unmanaged<SnapshotTier>,
        excluding exclusions: Exclusions? = nil
    ) {
        self.ticket = ticket
        self.key = key
        self.now = now
        self.tier = tier
        self.exclusions = exclusions
    }

    /// A random number that belongs to this draw: the same each time it is read.
    public var random: UInt64 {
        StableHash.mix(UInt64(ticket), tier._withUnsafeGuaranteedRef { $0.seed })
    }

    /// Whether a candidate will do. Not if it is excluded, nor if it has been ejected since the picker was made, nor if it is
    /// on probation after an ejection and somebody is trying it already. What a picker gives nevertheless is drawn anew, so only those whose next draw would be the same
    /// have to ask.
    public func isUsable(_ index: Int) -> Bool {
        tier._withUnsafeGuaranteedRef { $0.isUsable(index, excluding: exclusions) }
    }
}
