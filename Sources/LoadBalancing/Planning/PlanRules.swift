// SPDX-License-Identifier: Apache-2.0

/// All that a plan depends on besides its members. By default, it is what RFC 2782 says of priorities and nothing else.
package struct PlanRules: Hashable, Sendable {
    package var locality: LocalityPreference?
    package var slowStart: SlowStart?
    package var subset: SubsetRule?

    /// How much more a priority's endpoints can take than they have to when all are healthy.
    package var overprovisioning: Double

    /// Verdicts are not believed when fewer than this share of all members are healthy, 0 to 1.
    ///
    /// With 0, that is when none is. Envoy's 0.5 is made for large sets: of three members with two dead, the dead ones
    /// would get two thirds of the load.
    package var panicThreshold: Double

    /// Whether lower priorities come first. Consul gives all instances the same one.
    package var honoursPriorities: Bool

    package init(
        locality: LocalityPreference? = nil,
        slowStart: SlowStart? = nil,
        subset: SubsetRule? = nil,
        overprovisioning: Double = 1.4,
        panicThreshold: Double = 0,
        honoursPriorities: Bool = true
    ) {
        self.locality = locality
        self.slowStart = slowStart
        self.subset = subset
        self.overprovisioning = overprovisioning
        self.panicThreshold = panicThreshold
        self.honoursPriorities = honoursPriorities
    }

    /// Whether so few members are healthy that the fault is rather with the verdicts than with the members.
    func failsOpen(healthy: Int, of total: Int) -> Bool {
        healthy == 0 || Double(healthy) < Double(total) * panicThreshold.bounded(by: 0...1, orIfNaN: 0)
    }
}
