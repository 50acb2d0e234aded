// SPDX-License-Identifier: Apache-2.0

extension LoadBalancer {
    /// How endpoints are chosen.
    public struct Configuration: Sendable {
        /// Who chooses. Default ``BalancingPolicy/adaptive``, which takes turns as long as nobody reports how requests went.
        public var policy: any BalancingPolicy = .adaptive

        /// When an endpoint is left alone for a while because of what requests have shown; `nil` for never.
        public var ejection: EjectionPolicy? = EjectionPolicy()

        /// Whether a probe that finds an ejected endpoint up brings it back before its time. Default false: a check that
        /// does not do what requests do says little about them.
        public var probesReinstate = false

        /// Whether only the endpoints of the lowest SRV priority are used while they are well (RFC 2782). Default true.
        public var honoursPriorities = true

        /// Which endpoints are preferred to others of the same priority; `nil` for none.
        public var locality: LocalityPreference?

        /// How much more than its share the healthy part of a priority or a place is trusted to bear: at 1.4 the next one
        /// gets its first request when less than 71 % are well (Envoy's overprovisioning factor).
        public var overprovisioning = 1.4

        /// Below which healthy share of all endpoints nobody's verdict is believed any more, and all are used. Default 0:
        /// only when there is no healthy one. With three endpoints and 0.5, two dead ones would get two thirds of all.
        public var panicThreshold = 0.0

        /// How many endpoints are used of a very large service; `nil` for all.
        public var subset: SubsetRule?

        /// How endpoints begin that join later, or that come back after an absence; `nil` for with all of their share.
        public var slowStart: SlowStart?

        /// How latency is measured, for policies that look at it.
        public var latency = Latency()

        /// How many requests may be sent again.
        public var retryBudget = RetryBudgetPolicy()

        /// How long what is known of an endpoint is kept after the endpoint is gone from the set. Default 30 s: one that is
        /// left out of an answer, and in the next again, is not a stranger. Its ``slowStart`` begins anew all the same.
        public var recordHold: Duration = .seconds(30)

        /// The defaults.
        public init() {}
    }
}

extension LoadBalancer.Configuration {
    /// How the latency of an endpoint is estimated: a moving average that jumps to a longer time at once and forgets it
    /// slowly (Peak EWMA, as in Finagle).
    public struct Latency: Sendable, Hashable {
        /// In what time what was is worth only 1/e of what is. Default 10 s.
        public var timeConstant: Duration = .seconds(10)

        /// What a failure is taken for, if it was quicker. Default 5 s: without a price, an endpoint that fails at once would
        /// be the quickest of all.
        public var failurePenalty: Duration = .seconds(5)

        /// The defaults.
        public init() {}
    }
}
