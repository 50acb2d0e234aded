// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// A builder of snapshots from the balancer's state.
struct SnapshotBuilder {
    /// The part of the balancer's state that a snapshot is built from.
    struct Input {
        /// Greater than the numbers of all earlier inputs.
        var number: UInt64
        var endpoints: [RegisteredEndpoint]
        var absence: PickError
        var isStale: Bool
    }

    let policy: any BalancingPolicy
    let rules: PlanRules
    let context: BalancerContext

    /// Builds a snapshot. Each endpoint is checked once; after an expired ejection it is on probation from then on.
    ///
    /// - Parameter previous: The snapshot that this one replaces. Turns continue where it stopped.
    func build(_ input: Input, after previous: Snapshot) -> Snapshot {
        guard !input.endpoints.isEmpty else { return .nothing(input.absence) }
        let now = context.now
        var members: [Member] = []
        members.reserveCapacity(input.endpoints.count)
        var isOnProbation = [Bool](repeating: false, count: input.endpoints.count)
        var ejections = EjectionCount()
        var nextReturn = Moment.distantFuture
        for (index, registered) in input.endpoints.enumerated() {
            let standing = registered.record.standing(at: now)
            members.append(member(registered, standing))
            isOnProbation[index] = standing.ejection == .halfOpen
            nextReturn = min(nextReturn, standing.ejectedUntil ?? .distantFuture)
            guard registered.endpoint.isListedAsHealthy else { continue }
            ejections.listed += 1
            if standing.ejectedUntil != nil { ejections.out += 1 }
        }
        let plan = Plan(members: members, rules: rules, at: now)
        let onProbation = plan.tiers.reduce(0) { $0 + probations(in: $1, isOnProbation) }
        ejections.out += onProbation
        var flags: Lease.Flags = []
        if plan.isFailOpen { flags.insert(.failOpen) }
        if input.isStale { flags.insert(.stale) }
        let tiers = plan.tiers.enumerated().map { index, tier in
            snapshotTier(tier, at: index, of: input.endpoints, after: previous, isFailOpen: plan.isFailOpen)
        }
        let nextChange = min(plan.nextChange ?? .distantFuture, nextReturn)
        // No pick has to check before the pause is over.
        let rest = RebuildSchedule.pause(after: context.now.nanoseconds(since: now))
        return Snapshot(
            endpoints: input.endpoints,
            tiers: tiers,
            flags: flags,
            nextChange: nextChange == .distantFuture ? nil : max(nextChange, context.now + rest),
            absence: input.absence,
            ejections: ejections,
            measuresLatency: policy.measuresLatency,
            hasProbation: onProbation > 0,
            tierSelector: tierSelector(plan.tiers),
            turn: previous.turnPosition
        )
    }

    /// Returns the number of endpoints on probation that a tier's picks put to the test. An endpoint without a weight,
    /// beside others that have one, is not chosen.
    private func probations(in tier: Plan.Tier, _ isOnProbation: [Bool]) -> Int {
        let isAnyWeighted = tier.weights.contains { $0 > 0 }
        return zip(tier.indices, tier.weights).count { index, weight in
            isOnProbation[index] && (weight > 0 || !isAnyWeighted)
        }
    }

    private func member(_ registered: RegisteredEndpoint, _ standing: EndpointStanding) -> Member {
        Member(
            endpoint: registered.endpoint,
            identity: registered.record.identity,
            isHealthy: registered.endpoint.isListedAsHealthy && standing.ejectedUntil == nil,
            joinedAt: registered.joinedAt,
            order: registered.order,
            lastFailure: standing.lastFailure
        )
    }

    private func tierSelector(_ tiers: [Plan.Tier]) -> TierSelector {
        TierSelector(
            identities: tiers.map(\.identity),
            loads: tiers.map(\.load),
            by: policy.tierChoice,
            seed: context.seed
        )
    }

    private func snapshotTier(
        _ tier: Plan.Tier,
        at index: Int,
        of endpoints: [RegisteredEndpoint],
        after previous: Snapshot,
        isFailOpen: Bool
    ) -> CandidateTier {
        let candidates = zip(tier.indices, tier.weights).map { Candidate(endpoints[$0], weight: $1) }
        let cursor =
            index < previous.tiers.count
            ? previous.tiers[index].position
            : UInt32(truncatingIfNeeded: StableHash.mix(context.seed, UInt64(index)))
        return CandidateTier(
            candidates,
            load: tier.load,
            policy: policy,
            isFailOpen: isFailOpen,
            seed: StableHash.mix(context.seed, ~UInt64(index)),
            cursor: cursor
        )
    }
}
