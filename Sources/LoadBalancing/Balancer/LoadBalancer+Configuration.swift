// SPDX-License-Identifier: Apache-2.0

extension LoadBalancer {
    /// Settings of a balancer.
    public struct Configuration: Sendable {
        /// The policy that chooses endpoints. Default ``BalancingPolicy/adaptive``, which takes turns as long as no
        /// outcomes are reported.
        public var policy: any BalancingPolicy = .adaptive

        /// The rules that eject an endpoint for a while because of what requests have shown; `nil` never ejects.
        public var ejection: EjectionPolicy? = EjectionPolicy()

        /// True if a probe that finds an ejected endpoint up ends the ejection early. Default false: a check that does
        /// not do what requests do says little about them.
        public var probesReinstate = false

        /// True if only the endpoints of the lowest SRV priority are used while they are well (RFC 2782). Default true.
        public var honorsPriorities = true

        /// The preference among endpoints of the same priority; `nil` for no preference.
        public var locality: LocalityPreference?

        /// The factor by which the healthy part of a priority or a place is trusted to exceed its share: at 1.4, the
        /// default, the next one gets its first request when less than 71 % are well (Envoy's overprovisioning factor).
        public var overprovisioning = 1.4

        /// The healthy share of all endpoints below which health verdicts are ignored, and all endpoints are used.
        /// Default 0: only when no endpoint is healthy. With three endpoints and 0.5, two dead ones would get two
        /// thirds of all requests.
        public var panicThreshold = 0.0

        /// The rule that selects a few endpoints of a very large service; `nil` uses all.
        public var subset: SubsetRule?

        /// The gradual start of endpoints that join later, or that come back after an absence; `nil` gives them their
        /// full share at once.
        public var slowStart: SlowStart?

        /// The latency estimate's settings, for policies that use it.
        package var latency = Latency()

        /// The limit for requests that are sent again.
        public var retryBudget = RetryBudgetPolicy()

        /// The time that the record of an endpoint is kept after the endpoint has left the set. Default 30 s: an
        /// endpoint that is missing from one answer, and present in the next, keeps its record. Its ``slowStart``
        /// begins anew all the same.
        package var recordHold: Duration = .seconds(30)

        /// The defaults.
        public init() {}
    }
}

extension LoadBalancer.Configuration {
    /// Settings of the latency estimate: a moving average that rises to a longer time at once and forgets it slowly
    /// (Peak EWMA, as in Finagle).
    package struct Latency: Sendable, Hashable {
        /// The time after which past latency has 1/e of the weight of present latency. Default 10 s.
        package var timeConstant: Duration = .seconds(10)

        /// The latency that a failure counts as, if it was quicker. Default 5 s: without it, an endpoint that fails at
        /// once would be the fastest of all.
        package var failurePenalty: Duration = .seconds(5)

        /// The defaults.
        package init() {}
    }
}

extension LoadBalancer.Configuration {
    /// Throws for the first setting that is out of range. A balancer accepts such settings, and uses the nearest
    /// sensible values.
    package func check() throws(PolicyError) {
        do { try ejection?.check() } catch { throw error.within("ejection") }
        do { try retryBudget.check() } catch { throw error.within("retryBudget") }
        try PolicyError.require(overprovisioning >= 1 && overprovisioning.isFinite, "overprovisioning") {
            "\(overprovisioning) would leave healthy endpoints without their share; use a finite number of 1 or more"
        }
        try PolicyError.requireShare(panicThreshold, "panicThreshold")
        try PolicyError.requirePositive(latency.timeConstant, "latency.timeConstant")
        try PolicyError.require(latency.failurePenalty >= .zero, "latency.failurePenalty") {
            "\(latency.failurePenalty) is negative; use zero or more. With zero, quick failures look best"
        }
        try PolicyError.require(recordHold >= .zero, "recordHold") { "\(recordHold) is negative; use zero or more" }
    }
}

extension LoadBalancer.Configuration {
    /// The settings that planning depends on.
    var planRules: PlanRules {
        PlanRules(
            locality: locality,
            slowStart: slowStart,
            subset: subset,
            overprovisioning: overprovisioning,
            panicThreshold: panicThreshold,
            honorsPriorities: honorsPriorities
        )
    }
}
