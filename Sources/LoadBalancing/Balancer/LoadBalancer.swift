// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import NetworkAddress
import Synchronization

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
    let budget: NIOLockedValueBox<RetryBudget>
    let quota: EjectionQuota?
    let stripes: SnapshotStripes
    let publisher: SnapshotPublisher
    /// From when on a snapshot is due (``RebuildSchedule/due``), in nanoseconds, to be read without a lock.
    let rebuildDue = Atomic<Int64>(Moment.distantFuture.nanoseconds)
    let state = NIOLockedValueBox(State())
    /// Touched by updates only: they take their time, and what picks and reports need is copied to `state`.
    private let roster: NIOLockedValueBox<Roster>

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
        roster = NIOLockedValueBox(Roster(hold: configuration.recordHold))
        quota = configuration.ejection.map { EjectionQuota($0) }
        budget = NIOLockedValueBox(RetryBudget(configuration.retryBudget))
        stripes = SnapshotStripes(.nothing(PickError.stillLoading))
        publisher = SnapshotPublisher(stripes)
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

    /// Picks without holding a stripe: somebody else's picker may do what it likes. Makes one snapshot at most.
    @inline(never)
    private func pickCarefully(_ options: PickOptions) throws(PickError) -> Lease {
        var snapshot = stripes.snapshot
        var now = snapshot.now(context)
        var hasAdvanced = false
        if isDue(snapshot, at: now), advance(snapshot, at: context.now) {
            hasAdvanced = true
            snapshot = stripes.snapshot
            now = snapshot.now(context)
        }
        if let lease = Lease(snapshot.draw(options, at: now)) { return lease }
        // All that the snapshot has may have been ejected since, and the next priority is not in it.
        if !hasAdvanced, advance(snapshot, at: context.now, isUseless: true) {
            snapshot = stripes.snapshot
            now = snapshot.now(context)
            if let lease = Lease(snapshot.draw(options, at: now)) { return lease }
        }
        guard let lease = Lease(snapshot.drawAnyone(options, at: now)) else { throw snapshot.absence }
        return lease
    }

    /// Whether there is something that a snapshot does not know yet, be it that time has passed.
    private func isDue(_ snapshot: Snapshot, at now: Moment) -> Bool {
        let due = rebuildDue.load(ordering: .relaxed)
        return now >= snapshot.nextChange
            || due != Moment.distantFuture.nanoseconds && context.now.nanoseconds >= due
    }

    // MARK: Endpoints

    /// Takes another set of endpoints: who is not in it is not picked from now on, and leases that are under way are none
    /// the worse for it. What is known of endpoints that stay is kept. The order does not matter unless `isSorted` says so, and
    /// a set that says the same changes nothing. The call returns when picks know the set; it takes about a microsecond for
    /// each endpoint.
    ///
    /// - Parameters:
    ///   - endpoints: All of them. Those that Consul calls critical and those that a probe found down are used only if there is
    ///     nobody else.
    ///   - isStale: Whether this is old news, because Consul cannot be asked; leases tell.
    ///   - isSorted: Whether the nearest endpoints come first. ``LocalityPreference/Place/nearest(_:)`` goes by it.
    public func update(_ endpoints: [Endpoint], isStale: Bool = false, isSorted: Bool = false) {
        let listing = Roster.Listing(endpoints, isSorted: isSorted)
        let input = roster.withLockedValue { roster -> SnapshotBuilder.Input? in
            guard !state.withLockedValue({ $0.isClosed }) else { return nil }
            let now = context.now
            let median = context.median
            let hasChanged = roster.replace(with: listing, at: now) { [context] endpoint, joinedAt in
                EndpointRecord(endpoint, joinedAt: joinedAt, estimate: median, context: context)
            }
            let isBack = configuration.probesReinstate && roster.reinstate(at: now)
            return change { state in
                let isOther = state.isStale != isStale || state.absence != .empty
                (state.seats, state.isStale, state.absence) = (roster.seats, isStale, .empty)
                return hasChanged || isOther || isBack ? state.beginSnapshot() : nil
            }
        }
        if let input { makeSnapshot(of: input) }
    }

    /// Takes all endpoints away, and says why there are none.
    public func removeAll(because absence: PickError) {
        let input = roster.withLockedValue { roster -> SnapshotBuilder.Input? in
            guard !state.withLockedValue({ $0.isClosed }) else { return nil }
            let hasChanged = roster.removeAll(at: context.now)
            return change { state in
                guard hasChanged || state.absence != absence else { return nil }
                (state.seats, state.absence) = ([], absence)
                return state.beginSnapshot()
            }
        }
        if let input { makeSnapshot(of: input) }
    }

    /// Says why there are no endpoints as long as there are none. Those that there are stay.
    public func explainAbsence(_ absence: PickError) {
        let input = roster.withLockedValue { _ in
            change { state -> SnapshotBuilder.Input? in
                guard !state.isClosed, state.seats.isEmpty, state.absence != absence else { return nil }
                state.absence = absence
                return state.beginSnapshot()
            }
        }
        if let input { makeSnapshot(of: input) }
    }

    /// Takes all endpoints away for good. Every pick that begins after this call throws ``PickError/Code/closed``, and later
    /// sets of endpoints change nothing. Leases under way finish as usual. Only the first call counts.
    ///
    /// - Parameter message: The message of the error that picks throw: why there is nothing to pick, and what to do.
    package func close(because message: String) {
        let end = PickError(code: .closed, message: message)
        let wasOpen = roster.withLockedValue { roster in
            roster = Roster(hold: .zero)
            return change { $0.close(because: end) }
        }
        if wasOpen { publisher.publish(.nothing(end), number: .max) }
    }

    /// The endpoints, and what this process knows of them.
    public var endpoints: [EndpointReport] {
        let now = context.now
        return state.withLockedValue { $0.seats }.map { EndpointReport($0, at: now) }
    }
}
