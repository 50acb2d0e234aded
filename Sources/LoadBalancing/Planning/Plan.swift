// SPDX-License-Identifier: Apache-2.0

package import ResolverSupport

/// The result of planning: which endpoints of a set a policy picks among, and for which share.
///
///     members -> health -> priorities -> places -> subset -> slow start -> tiers
///
/// A plan is made when members, their health or (at `nextChange`) their shares change, never at a pick. It is a pure
/// function of its inputs. Members come sorted by identity, and their order is kept: then the order of the records that
/// they are made of makes no difference.
package struct Plan: Hashable, Sendable {
    /// The tiers that have load, in order of preference. Empty if there are no members.
    package private(set) var tiers: [Tier] = []

    /// True if health verdicts are ignored, because hardly any endpoint would be left.
    package private(set) var isFailOpen = false

    /// The moment for another plan if there is no event before; `nil` for never.
    package private(set) var nextChange: Moment?

    package init(members: [Member], rules: PlanRules, at now: Moment) {
        guard !members.isEmpty else { return }
        let groups = MemberGroup.groups(of: members, by: rules)
        if rules.failsOpen(healthy: groups.reduce(0) { $0 + $1.healthy }, of: members.count) {
            isFailOpen = true
            tiers = [Tier(failingOpen: groups, of: members)]
            return
        }
        for (group, load) in zip(groups, rules.loads(of: groups)) where load > 0 {
            let indices = rules.selection(from: group, of: members)
            let newcomer = rules.slowStart.flatMap { rule in
                indices.first { rule.isUnderWay(joinedAt: members[$0].joinedAt, at: now) }
            }
            let slowStart = newcomer == nil ? nil : rules.slowStart
            tiers.append(
                Tier(
                    identity: group.identity,
                    indices: indices,
                    of: members,
                    load: load,
                    slowStart: slowStart,
                    at: now
                )
            )
            if let newcomer { nextChange = slowStart?.nextChange(joinedAt: members[newcomer].joinedAt, at: now) }
        }
    }
}

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
