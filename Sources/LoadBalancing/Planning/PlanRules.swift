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

    /// True if so few members are healthy that the fault is more likely with the verdicts than with the members.
    func failsOpen(healthy: Int, of total: Int) -> Bool {
        healthy == 0 || Double(healthy) < Double(total) * panicThreshold.bounded(by: 0...1, orIfNaN: 0)
    }
}
