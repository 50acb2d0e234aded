// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import NetworkAddress
package import ResolverSupport
import Synchronization

/// A load balancer that picks among the endpoints of a service.
///
/// ```swift
/// let balancer = LoadBalancer()
/// balancer.update(resolution.endpoints)
/// let answer = try await balancer.withEndpoint { endpoint in try await client.get(endpoint) }
/// ```
///
/// A pick takes hardly any time, never suspends, and may be made by any thread: everything that it depends on is
/// computed when the endpoints or their health change. The balancer has no task and no timer of its own; picks notice
/// what the passing of time changes.
public final class LoadBalancer: Sendable {
    package let configuration: Configuration

    let context: BalancerContext
    let budget: NIOLockedValueBox<RetryBudget>
    let quota: EjectionQuota?
    /// The snapshot in use.
    let snapshots: StripedReference<Snapshot>
    /// The moment from which a snapshot is due (``RebuildSchedule/due``), in nanoseconds, to be read without a lock.
    let rebuildDue = Atomic<Int64>(Moment.distantFuture.nanoseconds)
    let state = NIOLockedValueBox(State())
    /// Used by updates only: they take longer, and what picks and reports need is copied to `state`.
    private let registry: NIOLockedValueBox<EndpointRegistry>

    /// Creates a balancer without endpoints.
    ///
    /// - Parameters:
    ///   - configuration: The settings.
    ///   - seed: The seed of random decisions, such as the first turn of a round robin. By default a random number that
    ///     no other process has, so that clients that start together do not all begin with the same endpoint.
    public convenience init(configuration: Configuration = Configuration(), seed: UInt64? = nil) {
        self.init(configuration: configuration, seed: seed ?? .random(in: 0...UInt64.max), clock: .system)
    }

    /// - Parameter now: The source of time.
    package convenience init(configuration: Configuration, seed: UInt64, now: @escaping @Sendable () -> Moment) {
        self.init(configuration: configuration, seed: seed, clock: .manual(now))
    }

    private init(configuration: Configuration, seed: UInt64, clock: BalancerContext.Clock) {
        self.configuration = configuration
        context = BalancerContext(
            ejection: configuration.ejection,
            timeConstant: configuration.latency.timeConstant,
            failurePenalty: configuration.latency.failurePenalty,
            seed: seed,
            spreadsLeases: (configuration.policy as? BuiltInPolicy)?.comparesLeases == false,
            clock: clock
        )
        registry = NIOLockedValueBox(EndpointRegistry(hold: configuration.recordHold))
        quota = configuration.ejection.map { EjectionQuota($0) }
        budget = NIOLockedValueBox(RetryBudget(configuration.retryBudget))
        snapshots = StripedReference(.nothing(PickError.stillLoading))
        // Without the balancer, no picks follow that a verdict could matter to.
        context.onVerdict { [weak self] verdict, record, now in self?.heed(verdict, of: record, at: now) }
    }

    // MARK: Picking

    /// Picks an endpoint, and counts it as in use until the lease is finished.
    ///
    /// - Parameter options: The key and the excluded endpoints of this pick.
    /// - Throws: ``PickError`` if there is no endpoint.
    public func pick(_ options: PickOptions = PickOptions()) throws(PickError) -> Lease {
        if options.excluded.isEmpty {
            if let lease = Lease(snapshots.read { $0.pickSimply(options.key, context, &$1) }) { return lease }
        }
        return try pickCarefully(options)
    }

    /// Picks without holding a stripe, because a picker may be user code, which may do anything. Builds one snapshot at
    /// most.
    @inline(never)
    private func pickCarefully(_ options: PickOptions) throws(PickError) -> Lease {
        var snapshot = snapshots.current
        var now = snapshot.now(context)
        var hasAdvanced = false
        if isDue(snapshot, at: now), advance(snapshot, at: context.now) {
            hasAdvanced = true
            snapshot = snapshots.current
            now = snapshot.now(context)
        }
        if let lease = Lease(snapshot.pick(options, at: now)) { return lease }
        // All endpoints of the snapshot may have been ejected since it was built, and it does not contain the next
        // priority.
        if !hasAdvanced, advance(snapshot, at: context.now, isUseless: true) {
            snapshot = snapshots.current
            now = snapshot.now(context)
            if let lease = Lease(snapshot.pick(options, at: now)) { return lease }
        }
        guard let lease = Lease(snapshot.pickAny(options, at: now)) else { throw snapshot.absence }
        return lease
    }

    /// True if the snapshot is out of date, because of events or because time has passed.
    private func isDue(_ snapshot: Snapshot, at now: Moment) -> Bool {
        let due = rebuildDue.load(ordering: .relaxed)
        return now >= snapshot.nextChange
            || due != Moment.distantFuture.nanoseconds && context.now.nanoseconds >= due
    }

    // MARK: Endpoints

    /// Replaces the set of endpoints. An endpoint that is not in it is not picked from now on; its leases under way are
    /// not affected. The records of endpoints that stay are kept. The order does not matter unless `isSorted` is true,
    /// and an equal set has no effect. The call returns when picks use the set; it takes about a microsecond for each
    /// endpoint.
    ///
    /// - Parameters:
    ///   - endpoints: All endpoints of the service. Those that Consul calls critical and those that a probe found down
    ///     are used only if there are no others.
    ///   - isSorted: True if the nearest endpoints come first. ``LocalityPreference/Place/nearest(_:)`` depends on it.
    public func update(_ endpoints: [Endpoint], isSorted: Bool = false) {
        update(endpoints, isStale: false, isSorted: isSorted)
    }

    /// Replaces the set of endpoints.
    ///
    /// - Parameter isStale: True if the set is outdated, because Consul cannot be queried. Leases report it
    ///   (``Lease/Flags/stale``).
    package func update(_ endpoints: [Endpoint], isStale: Bool, isSorted: Bool = false) {
        let listing = EndpointRegistry.Listing(endpoints, isSorted: isSorted)
        let input = registry.withLockedValue { registry -> SnapshotBuilder.Input? in
            guard !state.withLockedValue({ $0.isClosed }) else { return nil }
            let now = context.now
            let median = context.median
            let hasChanged = registry.replace(with: listing, at: now) { [context] endpoint, joinedAt in
                EndpointRecord(endpoint, joinedAt: joinedAt, estimate: median, context: context)
            }
            let isBack = configuration.probesReinstate && registry.reinstate(at: now)
            return change { state in
                let isOther = state.isStale != isStale || state.absence != .empty
                (state.endpoints, state.isStale, state.absence) = (registry.endpoints, isStale, .empty)
                return hasChanged || isOther || isBack ? state.beginSnapshot() : nil
            }
        }
        if let input { makeSnapshot(of: input) }
    }

    /// Removes all endpoints, and sets the error that picks throw from now on.
    package func removeAll(because absence: PickError) {
        let input = registry.withLockedValue { registry -> SnapshotBuilder.Input? in
            guard !state.withLockedValue({ $0.isClosed }) else { return nil }
            let hasChanged = registry.removeAll(at: context.now)
            return change { state in
                guard hasChanged || state.absence != absence else { return nil }
                (state.endpoints, state.absence) = ([], absence)
                return state.beginSnapshot()
            }
        }
        if let input { makeSnapshot(of: input) }
    }

    /// Sets the error that picks throw while there are no endpoints. Present endpoints stay.
    package func explainAbsence(_ absence: PickError) {
        let input = registry.withLockedValue { _ in
            change { state -> SnapshotBuilder.Input? in
                guard !state.isClosed, state.endpoints.isEmpty, state.absence != absence else { return nil }
                state.absence = absence
                return state.beginSnapshot()
            }
        }
        if let input { makeSnapshot(of: input) }
    }

    /// Removes all endpoints for good. Every pick that begins after this call throws ``PickError/Code/closed``, and
    /// later sets of endpoints have no effect. Leases under way finish as usual. Only the first call has an effect.
    ///
    /// - Parameter message: The message of the error that picks throw: why there are no endpoints, and what to do.
    package func close(because message: String) {
        let end = PickError(code: .closed, message: message)
        let wasOpen = registry.withLockedValue { registry in
            registry = EndpointRegistry(hold: .zero)
            return change { $0.close(because: end) }
        }
        if wasOpen { snapshots.publish(.nothing(end), number: .max) }
    }

    /// The endpoints that picks choose among, those in reserve included, and what this process knows of them.
    public var endpoints: [EndpointReport] {
        let now = context.now
        return snapshots.current.endpoints.map { EndpointReport($0, at: now) }
    }
}
