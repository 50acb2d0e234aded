// SPDX-License-Identifier: Apache-2.0

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
