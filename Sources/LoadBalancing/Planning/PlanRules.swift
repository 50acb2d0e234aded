// SPDX-License-Identifier: Apache-2.0

/// The inputs of a plan besides its members. By default, a plan follows RFC 2782's rule of priorities and no other
/// rule.
package struct PlanRules: Hashable, Sendable {
    package var locality: LocalityPreference?
    package var slowStart: SlowStart?
    package var subset: SubsetRule?

    /// The factor by which a priority's endpoints can exceed the load that they have when all are healthy.
    package var overprovisioning: Double

    /// The share of healthy members, 0 to 1, below which health verdicts are ignored.
    ///
    /// With 0, that is when no member is healthy. Envoy's 0.5 is made for large sets: of three members with two dead,
    /// the dead ones would get two thirds of the load.
    package var panicThreshold: Double

    /// True if lower priorities come first. Consul gives all instances the same one.
    package var honorsPriorities: Bool

    package init(
        locality: LocalityPreference? = nil,
        slowStart: SlowStart? = nil,
        subset: SubsetRule? = nil,
        overprovisioning: Double = 1.4,
        panicThreshold: Double = 0,
        honorsPriorities: Bool = true
    ) {
        self.locality = locality
        self.slowStart = slowStart
        self.subset = subset
        self.overprovisioning = overprovisioning
        self.panicThreshold = panicThreshold
        self.honorsPriorities = honorsPriorities
    }

    /// True if so few members are healthy that the fault is more likely with the verdicts than with the members.
    func failsOpen(healthy: Int, of total: Int) -> Bool {
        healthy == 0 || Double(healthy) < Double(total) * panicThreshold.bounded(by: 0...1, orIfNaN: 0)
    }
}

extension PlanRules {
    /// Returns the load of each group in percent, 100 in sum: the share of its place in the load of its priority.
    ///
    /// There are two steps, as with Envoy's priorities and localities. A priority that can take the whole load keeps
    /// it, however little of it is nearby: RFC 2782 wants the lowest reachable one used.
    func loads(of groups: [MemberGroup]) -> [Int] {
        var priorities: [[MemberGroup]] = []
        for group in groups {
            if priorities.last?.last?.priority == group.priority {
                priorities[priorities.count - 1].append(group)
            } else {
                priorities.append([group])
            }
        }
        let loads = SpillOver(overprovisioning: overprovisioning).loads(of: priorities.map(Self.headcount))
        return SpillOver.percentages(
            of: zip(priorities, loads).flatMap { groups, load in shares(of: groups).map { $0 * load } }
        )
    }

    private static func headcount(of groups: [MemberGroup]) -> SpillOver.Headcount {
        SpillOver.Headcount(
            total: groups.reduce(0) { $0 + $1.indices.count },
            healthy: groups.reduce(0) { $0 + $1.healthy }
        )
    }

    /// Returns the share of each place in its priority's load, in percent.
    private func shares(of groups: [MemberGroup]) -> [Int] {
        guard let locality, groups.count > 1 else { return groups.map { _ in 100 } }
        return SpillOver(overprovisioning: locality.overprovisioning).loads(
            of: groups.map { group in
                SpillOver.Headcount(
                    total: group.indices.count,
                    healthy: group.healthy,
                    minimum: locality.minimum(at: Int(group.place))
                )
            }
        )
    }

    /// Returns the members of a group that are used: the healthy ones, or those of them that are in the subset.
    ///
    /// A weight of 0 takes an endpoint out of use while others have a weight: a subset of such endpoints alone would
    /// use all that are to be spared, so they do not count.
    func selection(from group: MemberGroup, of members: [Member]) -> [Int] {
        guard let subset, group.indices.count > subset.appliesAbove else {
            return group.isAllHealthy ? group.indices : group.indices.filter { members[$0].isHealthy }
        }
        let areWeighted = group.indices.contains { members[$0].isHealthy && members[$0].endpoint.weight > 0 }
        let kept = subset.selection(
            from: group.indices,
            counts: { members[$0].isHealthy && (members[$0].endpoint.weight > 0 || !areWeighted) },
            identity: { members[$0].identity }
        )
        return kept.filter { members[$0].isHealthy }
    }
}
