// SPDX-License-Identifier: Apache-2.0

extension Plan {
    /// Members among which a policy picks.
    package struct Tier: Hashable, Sendable {
        /// The same for the same priority and place in every plan of every client.
        package let identity: UInt64

        /// Positions in the members of the plan: in the order given, or, when failing open, the least recently failed
        /// first.
        package let indices: [Int]

        /// The weight of each member. Weights are comparable within one tier only. If all are 0, they count as equal
        /// (RFC 2782).
        package let weights: [UInt32]

        /// The tier's share of all picks in percent. The loads of a plan add up to 100.
        package let load: Int
    }
}

extension Plan.Tier {
    /// The factor of weights when fractions of them are needed.
    private static let scale: UInt32 = 100

    /// Creates a tier. `slowStart` is for tiers with a newcomer: in all others the weights are Consul's own, which are
    /// small and have common divisors, and so make short sequences.
    init(
        identity: UInt64,
        indices: [Int],
        of members: [Member],
        load: Int,
        slowStart: SlowStart?,
        at now: Moment
    ) {
        self.identity = identity
        self.indices = indices
        self.load = load
        weights = indices.map { index in
            let weight = UInt32(members[index].endpoint.weight)
            guard let slowStart, weight > 0 else { return weight }
            let factor = slowStart.factor(joinedAt: members[index].joinedAt, at: now)
            // At least 1, because 0 would be never.
            return max(1, UInt32((Double(weight * Self.scale) * factor).rounded()))
        }
    }

    /// Creates a tier of all members of the first priority, the healthy and the others: it is unknown which are which.
    ///
    /// So it is also unknown which places and which subset to prefer. What is known is the time of each failure: a
    /// member that failed a minute ago is more likely to work by now than one that failed just now. If only few members
    /// are healthy, the first priority with any of them is used.
    init(failingOpen groups: [MemberGroup], of members: [Member]) {
        let priority = (groups.first { $0.healthy > 0 } ?? groups.first)?.priority
        let indices = groups.filter { $0.priority == priority }.flatMap(\.indices)
        let sorted = indices.sorted { left, right in
            let (leftFailure, rightFailure) = (members[left].lastFailure, members[right].lastFailure)
            if leftFailure == rightFailure { return left < right }
            guard let leftFailure else { return true }
            guard let rightFailure else { return false }
            return leftFailure < rightFailure
        }
        self.init(
            identity: 0,
            indices: sorted,
            of: members,
            load: 100,
            slowStart: nil,
            at: Moment(nanoseconds: 0)
        )
    }
}
