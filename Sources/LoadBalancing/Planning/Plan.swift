// SPDX-License-Identifier: Apache-2.0

/// What has become of a set of endpoints before a policy picks among them: who is used, and for how much.
///
///     members -> health -> priorities -> places -> subset -> slow start -> tiers
///
/// A plan is made when members, their health or (at `nextChange`) their shares change, never when one is picked. It
/// is a pure function of what it is given. Members come sorted by identity, and their order is kept: then the order
/// of the records that they are made of makes no difference.
package struct Plan: Hashable, Sendable {
    /// In order of preference, those with load only. Empty if there are no members.
    package private(set) var tiers: [Tier] = []

    /// Whether verdicts are not believed, because hardly anybody would be left.
    package private(set) var isFailOpen = false

    /// When to make another plan although nothing has happened; `nil` for never.
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
