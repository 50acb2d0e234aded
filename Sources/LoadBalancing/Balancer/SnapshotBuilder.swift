// SPDX-License-Identifier: Apache-2.0

/// Works out what picks need to know from how things are.
struct SnapshotBuilder {
    /// How things are.
    struct Input {
        var seats: [Seat]
        var absence: PickError
        var isStale: Bool
    }

    private let configuration: LoadBalancer.Configuration
    private let context: BalancerContext

    init(_ configuration: LoadBalancer.Configuration, _ context: BalancerContext) {
        self.configuration = configuration
        self.context = context
    }

    /// - Parameter previous: The snapshot that this one takes the place of: who takes turns goes on where it was.
    func build(_ input: Input, after previous: Snapshot) -> Snapshot {
        guard !input.seats.isEmpty else { return .nothing(input.absence) }
        let now = context.now
        let standings = input.seats.map { $0.record.standing }
        let members = zip(input.seats, standings).map { member($0, $1) }
        let plan = Plan(members: members, rules: rules, at: now)
        let onProbation = plan.tiers.reduce(0) { count, tier in
            // Nobody draws who has no weight beside others who have, so nobody would find out.
            let isAnyWeighted = tier.weights.contains { $0 > 0 }
            return count
                + zip(tier.indices, tier.weights).count { index, weight in
                    standings[index].ejection == .halfOpen && (weight > 0 || !isAnyWeighted)
                }
        }
        var flags: Lease.Flags = []
        if plan.isFailOpen { flags.insert(.failOpen) }
        if input.isStale { flags.insert(.stale) }
        return Snapshot(
            tiers: plan.tiers.enumerated().map { index, tier in
                snapshotTier(tier, at: index, of: input.seats, after: previous)
            },
            flags: flags,
            nextChange: [plan.nextChange, standings.compactMap(\.ejectedUntil).min()].compactMap(\.self).min(),
            absence: input.absence,
            ejections: EjectionCount(
                listed: input.seats.count { $0.endpoint.isListedAsHealthy },
                out: zip(input.seats, standings).count { $0.endpoint.isListedAsHealthy && $1.ejectedUntil != nil }
                    + onProbation
            ),
            measuresLatency: configuration.policy.measuresLatency,
            hasProbation: onProbation > 0,
            tierDraw: tierDraw(plan.tiers),
            turn: previous.turnPosition
        )
    }

    private var rules: PlanRules {
        PlanRules(
            locality: configuration.locality,
            slowStart: configuration.slowStart,
            subset: configuration.subset,
            overprovisioning: configuration.overprovisioning,
            panicThreshold: configuration.panicThreshold,
            honoursPriorities: configuration.honoursPriorities
        )
    }

    private func member(_ seat: Seat, _ standing: EndpointStanding) -> Member {
        Member(
            endpoint: seat.endpoint,
            identity: seat.record.identity,
            isHealthy: seat.endpoint.isListedAsHealthy && standing.ejectedUntil == nil,
            joinedAt: seat.joinedAt,
            order: seat.order,
            lastFailure: standing.lastFailure
        )
    }

    private func tierDraw(_ tiers: [Plan.Tier]) -> TierDraw {
        TierDraw(
            identities: tiers.map(\.identity),
            loads: tiers.map(\.load),
            by: configuration.policy.tierChoice,
            seed: context.seed
        )
    }

    private func snapshotTier(
        _ tier: Plan.Tier,
        at index: Int,
        of seats: [Seat],
        after previous: Snapshot
    ) -> SnapshotTier {
        let candidates = zip(tier.indices, tier.weights).map { Candidate(seat: seats[$0], weight: $1) }
        let cursor =
            index < previous.tiers.count
            ? previous.tiers[index].position
            : UInt32(truncatingIfNeeded: StableHash.mix(context.seed, UInt64(index)))
        return SnapshotTier(
            candidates,
            load: tier.load,
            policy: configuration.policy,
            seed: StableHash.mix(context.seed, ~UInt64(index)),
            cursor: cursor
        )
    }
}
