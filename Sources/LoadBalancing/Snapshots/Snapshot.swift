// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import Synchronization

/// All data that a pick needs, built when something changes, and never changed itself.
final class Snapshot: Sendable {
    /// All endpoints of the set, in its order; tiers hold some of them.
    let endpoints: [RegisteredEndpoint]
    let tiers: [CandidateTier]
    let flags: Lease.Flags
    /// The moment from which a pick has to check whether another snapshot is due.
    let nextChange: Moment
    /// The error that picks throw if there are no endpoints.
    let absence: PickError
    /// The numbers of listed and ejected endpoints.
    let ejections: EjectionCount

    /// True if leases measure the time.
    private let measuresLatency: Bool
    private let needsTime: Bool
    /// True if an endpoint is on probation, so that a choice may have to be repeated.
    private let hasProbation: Bool
    /// The tier of the simple case: there is one tier, all its endpoints are usable, and its picker is this library's
    /// own. `tiers` keeps it alive.
    private let simple: UncountedReference<CandidateTier>?
    /// The choice of a tier, where there are several.
    private let tierSelector: TierSelector
    private let turn: Atomic<UInt32>

    init(
        endpoints: [RegisteredEndpoint],
        tiers: [CandidateTier],
        flags: Lease.Flags,
        nextChange: Moment?,
        absence: PickError,
        ejections: EjectionCount = EjectionCount(),
        measuresLatency: Bool,
        hasProbation: Bool,
        tierSelector: TierSelector,
        turn: UInt32
    ) {
        self.endpoints = endpoints
        self.tiers = tiers
        self.flags = flags
        self.nextChange = nextChange ?? .distantFuture
        self.absence = absence
        self.ejections = ejections
        self.measuresLatency = measuresLatency
        self.hasProbation = hasProbation
        needsTime = measuresLatency || nextChange != nil
        let isSimple = tiers.count == 1 && !hasProbation && tiers[0].picker is any BuiltInPicker
        simple = isSimple ? UncountedReference(tiers[0]) : nil
        self.tierSelector = tierSelector
        self.turn = Atomic(turn)
    }

    /// Returns a snapshot without endpoints.
    static func nothing(_ absence: PickError) -> Snapshot {
        Snapshot(
            endpoints: [],
            tiers: [],
            flags: [],
            nextChange: nil,
            absence: absence,
            measuresLatency: false,
            hasProbation: false,
            tierSelector: .single,
            turn: 0
        )
    }

    /// The turn with which the next snapshot continues.
    var turnPosition: UInt32 { turn.load(ordering: .relaxed) }

    // MARK: The simple case

    /// Picks in the simple case; one of its conditions is that no endpoint has been ejected since this snapshot was
    /// built.
    func pickSimply(_ key: HashKey?, _ context: BalancerContext, _ stripe: inout StripeState) -> PickResult {
        guard let simple, !context.isSnapshotOutdated.load(ordering: .relaxed) else { return .none }
        let now = needsTime ? context.now : .distantPast
        guard now < nextChange else { return .none }
        return simple.read { tier in
            let index = tier.choose(key, at: now, in: &stripe)
            guard index >= 0, index < tier.count else { return .none }
            return tier.withRecord(index) { begin($0, at: now, in: stripe.number) }
        }
    }

    /// Begins a lease, and counts it for a stripe of threads.
    @inline(__always)
    private func begin(
        _ record: EndpointRecord,
        at now: Moment,
        in stripe: Int,
        flags extra: Lease.Flags = []
    ) -> PickResult {
        var flags = self.flags.union(extra)
        guard measuresLatency else {
            record.counters.leases.begin(in: stripe)
            return PickResult(begun: record, startedAt: .distantPast, stripe: stripe, flags: flags)
        }
        if record.counters.wantsExploration(at: now) { flags.insert(.exploration) }
        record.counters.begin(at: now, in: stripe)
        return PickResult(begun: record, startedAt: now, stripe: stripe, flags: flags)
    }

    // MARK: All other cases

    /// Picks where there are several tiers, where some candidates may not be usable, or where the picker is user code.
    ///
    /// A usable endpoint comes first, even one in another tier; only if no endpoint is usable does the pick ignore the
    /// exclusions.
    ///
    /// - Returns: No endpoint if none is usable.
    func pick(_ options: PickOptions, at now: Moment) -> PickResult {
        guard !tiers.isEmpty else { return .none }
        let first = firstTier(options)
        let exclusions = Exclusions(options.excluded)
        if let result = pick(options.key, from: first, excluding: exclusions, at: now) { return result }
        guard exclusions != nil else { return .none }
        return pick(options.key, from: first, excluding: nil, at: now) ?? PickResult.none
    }

    /// Picks when no endpoint is usable: all are ejected, or on probation with a request under way, and one of them
    /// gets another request.
    ///
    /// - Returns: No endpoint if there are none at all.
    func pickAny(_ options: PickOptions, at now: Moment) -> PickResult {
        guard !tiers.isEmpty else { return .none }
        let tier = tiers[firstTier(options)]
        guard tier.count > 0 else { return .none }
        let index = tier.choose(options.key, at: now)
        return tier.withRecord(index >= 0 && index < tier.count ? index : 0) {
            begin($0, at: now, in: ThreadStripe.current)
        }
    }

    private func firstTier(_ options: PickOptions) -> Int {
        tierSelector.position(for: options.key) { turn.wrappingAdd(1, ordering: .relaxed).oldValue }
    }

    /// Picks from one tier or, if no endpoint of that tier is usable, from the others in order of preference.
    private func pick(
        _ key: HashKey?,
        from first: Int,
        excluding exclusions: Exclusions?,
        at now: Moment
    ) -> PickResult? {
        if let result = pick(key, in: tiers[first], excluding: exclusions, at: now) { return result }
        for position in tiers.indices where position != first {
            if let result = pick(key, in: tiers[position], excluding: exclusions, at: now) { return result }
        }
        return nil
    }

    private func pick(
        _ key: HashKey?,
        in tier: CandidateTier,
        excluding exclusions: Exclusions?,
        at now: Moment
    ) -> PickResult? {
        // Another thread may claim the probation first, but then the next choice sees that.
        for _ in 0..<2 {
            guard let index = tier.chooseUsable(key, excluding: exclusions, at: now) else { return nil }
            if let result = tier.withRecord(index, { beginCarefully($0, in: tier, at: now) }) { return result }
        }
        return nil
    }

    /// - Returns: `nil` if another thread was faster.
    private func beginCarefully(_ record: EndpointRecord, in tier: CandidateTier, at now: Moment) -> PickResult? {
        let stripe = ThreadStripe.current
        if record.claimProbation() { return begin(record, at: now, in: stripe, flags: .probation) }
        return tier.isUsable(record) ? begin(record, at: now, in: stripe) : nil
    }

    /// Returns the present, or the distant past where the time does not matter.
    func now(_ context: BalancerContext) -> Moment { needsTime ? context.now : .distantPast }
}
