// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import NetworkAddress

/// Chooses among the endpoints of a service.
///
/// ```swift
/// let balancer = LoadBalancer()
/// balancer.update(resolution.endpoints)
/// let answer = try await balancer.withEndpoint { endpoint in try await client.get(endpoint) }
/// ```
///
/// Picking takes no time, suspends nobody and may be done by any thread: what it depends on is worked out when the endpoints
/// or their health change. It has no task and no timer of its own; what time brings about is noticed by whoever picks.
public final class LoadBalancer: Sendable {
    /// How it chooses.
    public let configuration: Configuration

    let context: BalancerContext
    private let stripes: SnapshotStripes
    private let state: NIOLockedValueBox<State>
    let budget: NIOLockedValueBox<RetryBudget>
    private let quota: EjectionQuota?
    /// Held while a snapshot is shown, so that none is shown after the last one. No code of others runs meanwhile.
    private let publication = NIOLock()

    struct State {
        var roster: Roster
        var absence = PickError.stillLoading
        var isStale = false
        var isClosed = false
        var ejections = EjectionCount()
        /// Whether a snapshot is being made, and whether it will be out of date when it is.
        var isBuilding = false
        var isOutOfDate = false
    }

    /// A balancer that knows of no endpoints yet.
    ///
    /// - Parameters:
    ///   - configuration: How it chooses.
    ///   - seed: What its chances come from: where it begins to take turns, for instance. By default something that no other
    ///     process has, so that clients that start together do not all begin with the same endpoint.
    public convenience init(configuration: Configuration = Configuration(), seed: UInt64? = nil) {
        self.init(configuration: configuration, seed: seed ?? .random(in: 0...UInt64.max), clock: .system)
    }

    /// - Parameter now: Where the time comes from.
    package convenience init(configuration: Configuration, seed: UInt64, now: @escaping @Sendable () -> Moment) {
        self.init(configuration: configuration, seed: seed, clock: .manual(now))
    }

    private init(configuration: Configuration, seed: UInt64, clock: BalancerContext.Clock) {
        self.configuration = configuration
        context = BalancerContext(
            ejection: configuration.ejection,
            latency: configuration.latency,
            seed: seed,
            clock: clock
        )
        state = NIOLockedValueBox(State(roster: Roster(hold: configuration.recordHold)))
        quota = configuration.ejection.map { EjectionQuota($0) }
        budget = NIOLockedValueBox(RetryBudget(configuration.retryBudget))
        stripes = SnapshotStripes(.nothing(PickError.stillLoading))
        context.setOwner(self)
    }

    // MARK: Picking

    /// Picks an endpoint, and counts it as in use until the lease is finished.
    ///
    /// - Throws: ``PickError`` if there is none.
    @inlinable
    public func pick() throws(PickError) -> Lease {
        try pick(PickOptions())
    }

    /// Picks an endpoint, and counts it as in use until the lease is finished.
    ///
    /// - Parameter options: What to heed beside the policy.
    /// - Throws: ``PickError`` if there is none.
    public func pick(_ options: PickOptions) throws(PickError) -> Lease {
        if options.excluded.isEmpty {
            if let lease = Lease(stripes.drawSimply(options.key, context)) { return lease }
        }
        return try pickCarefully(options)
    }

    /// Picks without holding a stripe: somebody else's picker may do what it likes.
    @inline(never)
    private func pickCarefully(_ options: PickOptions) throws(PickError) -> Lease {
        var snapshot = stripes.snapshot
        var now = snapshot.now(context)
        while now >= snapshot.nextChange {
            advance(to: now)
            // Who else is at it may not be done yet; what there is will do.
            let next = stripes.snapshot
            if next === snapshot { break }
            snapshot = next
            now = snapshot.now(context)
        }
        guard let lease = Lease(snapshot.draw(options, at: now)) else { throw snapshot.absence }
        return lease
    }

    // MARK: Endpoints

    /// Takes another set of endpoints: who is not in it is not picked from now on, and leases that are under way are none
    /// the worse for it. What is known of endpoints that stay is kept. The order does not matter unless `isSorted` says so, and
    /// a set that says the same changes nothing. If another thread is just working out an earlier change, it works out this one, too, and this call
    /// does not wait for it.
    ///
    /// - Parameters:
    ///   - endpoints: All of them. Those that Consul calls critical and those that a probe found down are used only if there is
    ///     nobody else.
    ///   - isStale: Whether this is old news, because Consul cannot be asked; leases tell.
    ///   - isSorted: Whether the nearest endpoints come first. ``LocalityPreference/Place/nearest(_:)`` goes by it.
    public func update(_ endpoints: [Endpoint], isStale: Bool = false, isSorted: Bool = false) {
        let now = context.now
        let hasChanged = state.withLockedValue { state in
            guard !state.isClosed else { return false }
            let median = context.median
            let hasChanged = state.roster.replace(with: endpoints, isSorted: isSorted, at: now) {
                [context] endpoint, joinedAt in
                EndpointRecord(endpoint, joinedAt: joinedAt, estimate: median, context: context)
            }
            let isOther = state.isStale != isStale || state.absence != .empty
            (state.isStale, state.absence) = (isStale, .empty)
            let isBack = configuration.probesReinstate && state.roster.reinstate(at: now)
            return hasChanged || isOther || isBack
        }
        if hasChanged { refresh() }
    }

    /// Takes all endpoints away, and says why there are none.
    public func removeAll(because absence: PickError) {
        let now = context.now
        let hasChanged = state.withLockedValue { state in
            guard !state.isClosed else { return false }
            defer { state.absence = absence }
            return state.roster.removeAll(at: now) || state.absence != absence
        }
        if hasChanged { refresh() }
    }

    /// Says why there are no endpoints as long as there are none. Those that there are stay.
    public func explainAbsence(_ absence: PickError) {
        let hasChanged = state.withLockedValue { state in
            guard !state.isClosed, state.roster.seats.isEmpty, state.absence != absence else { return false }
            state.absence = absence
            return true
        }
        if hasChanged { refresh() }
    }

    /// Takes all endpoints away for good. Every pick that begins after this call throws ``PickError/Code/closed``, and later
    /// sets of endpoints change nothing. Leases under way finish as usual. Only the first call counts.
    ///
    /// - Parameter message: The message of the error that picks throw: why there is nothing to pick, and what to do.
    package func close(because message: String) {
        let end = PickError(code: .closed, message: message)
        let wasOpen = state.withLockedValue { state in
            guard !state.isClosed else { return false }
            state.isClosed = true
            state.roster = Roster(hold: .zero)
            state.absence = end
            return true
        }
        guard wasOpen else { return }
        let last = stripes.snapshot
        withExtendedLifetime(last) {
            publication.withLock { stripes.replace(with: .nothing(end)) }
        }
    }

    /// The endpoints, and what this process knows of them.
    public var endpoints: [EndpointReport] {
        let now = context.now
        return state.withLockedValue { $0.roster.seats }.map { EndpointReport($0, at: now) }
    }

    // MARK: Changes

    /// Does what requests have shown to be necessary.
    func heed(_ verdict: Ejection.Verdict, of record: EndpointRecord, at now: Moment) {
        if case .wantsEjection = verdict {
            guard let quota else { return }
            let isEjected = state.withLockedValue { state in
                // Whoever may not be ejected asks again at its next failure.
                guard quota.allowsOneMore(listed: state.ejections.listed, ejected: state.ejections.out) else {
                    return false
                }
                // Two of its requests may have asked at once.
                guard record.eject(at: now) else { return false }
                state.ejections.out += 1
                // A snapshot that is being made may not know.
                state.isOutOfDate = true
                return true
            }
            guard isEjected else { return }
        }
        refresh()
    }

    /// Does what has become due.
    private func advance(to now: Moment) {
        state.withLockedValue { $0.roster.beginProbations(at: now) }
        refresh()
    }

    /// Makes a snapshot of how things are, and shows it to everybody.
    ///
    /// One thread at a time makes one, without a lock: a policy may be anybody's code. Who comes meanwhile leaves word and
    /// goes; so ten thousand changes a second are no more snapshots than can be made in one.
    private func refresh() {
        while let input = beginBuilding() {
            let previous = stripes.snapshot
            let snapshot = SnapshotBuilder(configuration, context).build(input, after: previous)
            publication.withLock {
                if !state.withLockedValue({ $0.isClosed }) { stripes.replace(with: snapshot) }
            }
            guard
                state.withLockedValue({ state in
                    state.isBuilding = false
                    if !state.isOutOfDate { state.ejections = snapshot.ejections }
                    return state.isOutOfDate
                })
            else { return }
        }
    }

    private func beginBuilding() -> SnapshotBuilder.Input? {
        state.withLockedValue { state in
            guard !state.isBuilding else {
                state.isOutOfDate = true
                return nil
            }
            (state.isBuilding, state.isOutOfDate) = (true, false)
            return SnapshotBuilder.Input(seats: state.roster.seats, absence: state.absence, isStale: state.isStale)
        }
    }
}
