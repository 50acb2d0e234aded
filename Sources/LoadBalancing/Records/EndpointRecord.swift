// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
package import NetworkAddress
import ResolverSupport

/// The record of what this process knows about the server at one host and port. It outlives the sets of endpoints that
/// list it, and the leases that report to it keep it alive.
///
/// The state machines inside decide, with a lock that is never held for long; what picks need to know of them is
/// published in ``counters``.
package final class EndpointRecord: Sendable {
    struct State {
        /// The endpoint as it was listed last.
        var endpoint: Endpoint
        var estimate: LatencyEstimate
        var exploration: ExplorationInterval
        var ejection: Ejection?
        var lastFailure: Moment?
        /// The number of snapshots that contain the record.
        var snapshots = 0
    }

    package let target: HostPort
    /// A hash of the target that is the same on every machine.
    package let identity: UInt64
    let counters: EndpointCounters
    let context: BalancerContext
    private let state: NIOLockedValueBox<State>

    /// - Parameters:
    ///   - joinedAt: The moment when it was listed; `nil` for endpoints that were there from the beginning.
    ///   - estimate: The latency to assume until there is an answer, in nanoseconds; 0 if no latencies are known.
    init(_ endpoint: Endpoint, joinedAt: Moment? = nil, estimate: Int64 = 0, context: BalancerContext) {
        target = endpoint.hostPort
        self.context = context
        identity = target.stableHash
        let start = joinedAt ?? Moment(nanoseconds: 0)
        var state = State(
            endpoint: endpoint,
            estimate: LatencyEstimate(decay: context.decay),
            exploration: ExplorationInterval(chance: context.chance(identity, start)),
            ejection: context.ejection.map { Ejection($0) }
        )
        if estimate > 0 { state.estimate.reset(to: estimate, at: start) }
        counters = EndpointCounters(spreadsLeases: context.spreadsLeases)
        counters.publish(explorationInterval: state.exploration.nanoseconds)
        counters.publish(state.estimate)
        self.state = NIOLockedValueBox(state)
    }

    func withState<Output>(_ body: (inout State) -> Output) -> Output {
        state.withLockedValue { body(&$0) }
    }

    /// The endpoint as it was listed last.
    package var endpoint: Endpoint { withState { $0.endpoint } }

    /// The average time of requests, without the decay of rest; `nil` if it was not measured or never reported.
    var latency: Duration? {
        let estimate = counters.storedEstimate
        return estimate > 0 ? .nanoseconds(Int64(estimate)) : nil
    }

    /// Stores the endpoint as it is listed now.
    func list(_ endpoint: Endpoint) {
        withState { $0.endpoint = endpoint }
    }

    // MARK: Ownership

    // Snapshots own the record by references. Leases own it only when there is no snapshot any more (`LeaseCounts`).

    /// Counts a snapshot that contains the record, and has a reference to it.
    func join() {
        withState { state in
            state.snapshots += 1
            if state.snapshots == 1 { counters.leases.open(disowning: { UncountedReference(self).release() }) }
        }
    }

    /// Counts a snapshot less, which still has its reference to the record.
    func leave() {
        withState { state in
            state.snapshots -= 1
            guard state.snapshots == 0 else { return }
            counters.leases.close(
                owning: { UncountedReference.owning(self) },
                disowning: { UncountedReference(self).release() }
            )
        }
    }

    /// Counts a lease less. Not a method, because the record may no longer exist when it returns.
    ///
    /// - Parameter stripe: The stripe in which the lease was counted.
    @inline(__always)
    static func giveBack(_ record: UncountedReference<EndpointRecord>, in stripe: Int) {
        if record.read({ $0.counters.leases.end(in: stripe) }) { record.release() }
    }

    // MARK: Reports of leases

    /// Records the outcome of a lease that is about to end.
    func conclude(_ report: LeaseReport) {
        let isNeutral = report.outcome == .neutral
        if report.isTimed, !report.countsLatency { counters.unexcuse() }
        guard report.isProbe || (isNeutral ? counters.storedEstimate > 0 : report.isTimed || context.ejection != nil)
        else {
            if report.isTimed { counters.conclude(at: report.startedAt, isSign: false) }
            return
        }
        let now = context.now
        if report.isTimed { counters.conclude(at: now, isSign: !isNeutral) }
        guard isNews(report, at: now) else { return }
        let verdict = state.withLockedValue { state in
            if report.outcome.isFailure { state.lastFailure = now }
            measure(report, at: now, in: &state)
            return judge(report, at: now, in: &state)
        }
        if verdict != .nothing { context.report(verdict, of: self, at: now) }
    }

    /// Applies the answer of a request on probation, however long the request goes on: a stream would keep all other
    /// requests out.
    func takeProbeAnswer(_ report: LeaseReport) {
        let now = context.now
        let verdict = state.withLockedValue { judge(report, at: now, in: &$0) }
        if verdict != .nothing { context.report(verdict, of: self, at: now) }
    }

    /// True if a report has to be evaluated. A request that was given up says something only if it had lasted for
    /// longer than requests do. Where no outcomes are ever reported, there is no estimate.
    private func isNews(_ report: LeaseReport, at now: Moment) -> Bool {
        guard report.outcome == .neutral, !report.isProbe else { return true }
        let estimate = counters.storedEstimate
        return report.isTimed && estimate > 0 && Double(now.nanoseconds(since: report.startedAt).count) > estimate
    }

    private func measure(_ report: LeaseReport, at now: Moment, in state: inout State) {
        // A request that began before the endpoint came back shows the trouble that the endpoint was ejected for.
        guard report.isTimed, report.countsLatency, report.life == counters.life else { return }
        let end = report.answeredAt == .distantPast ? now : report.answeredAt
        let elapsed = end.nanoseconds(since: report.startedAt).count
        let penalty = context.failurePenalty
        guard let latency = state.estimate.latency(of: report.outcome, elapsed: elapsed, at: now, penalty: penalty)
        else {
            return
        }
        if report.isExploration {
            explore(report.outcome, latency, at: now, in: &state)
        } else {
            state.estimate.observe(latency, at: now, isAnswer: report.outcome.isAnswer)
        }
        counters.publish(state.estimate)
    }

    /// Judges an endpoint that had no requests for a while by its latency now, and not by the latency that kept
    /// requests away. Each failed attempt doubles the time until the next: it is a request that a caller waits for, and
    /// each client makes its own.
    private func explore(_ outcome: Outcome, _ latency: Int64, at now: Moment, in state: inout State) {
        let median = context.median
        let chance = context.chance(identity, now)
        let isFast = median == 0 || latency / 5 < median
        if outcome.isFailure {
            state.exploration.failed(chance: chance)
        } else {
            state.exploration.succeeded(isFast: isFast, chance: chance)
        }
        if isFast, !outcome.isFailure {
            state.estimate.reset(to: max(latency, median), at: now)
        } else {
            state.estimate.observe(latency, at: now, isAnswer: outcome.isAnswer)
        }
        counters.publish(explorationInterval: state.exploration.nanoseconds)
    }

    private func judge(_ report: LeaseReport, at now: Moment, in state: inout State) -> Ejection.Verdict {
        guard report.isProbe else {
            return state.ejection?.observe(report.outcome, life: report.life, at: now) ?? .nothing
        }
        guard report.life == state.ejection?.life else { return .nothing }
        let chance = context.chance(identity, now)
        let verdict =
            state.ejection?.observeProbe(report.outcome, life: report.life, at: now, chance: chance) ?? .nothing
        if verdict == .restored {
            comeBack(at: now, in: &state)
        } else {
            publishAdmission(state)
        }
        return verdict
    }

    /// Puts the endpoint back in. Latency from before the ejection was measured in trouble, so the median replaces it.
    func comeBack(at now: Moment, in state: inout State) {
        if state.estimate.hasValue { state.estimate.reset(to: context.median, at: now) }
        counters.publish(state.estimate)
        counters.publish(life: state.ejection?.life ?? 0)
        publishAdmission(state)
    }
}

extension EndpointRecord {
    /// The endpoint's health as its requests have shown it.
    var standing: EndpointStanding { withState { EndpointStanding($0) } }

    /// Returns the same, after ending an ejection that has expired: then one request shows whether the endpoint has
    /// recovered.
    func standing(at now: Moment) -> EndpointStanding {
        withState { state in
            if state.ejection?.becomeHalfOpen(at: now) == true { publishAdmission(state) }
            return EndpointStanding(state)
        }
    }

    /// Ejects the endpoint for a while. Picks know that when this method returns.
    ///
    /// - Returns: True if the endpoint was in. A second, late caller may find it on probation.
    func eject(at now: Moment) -> Bool {
        let chance = context.chance(identity, now)
        return withState { state in
            guard state.ejection?.eject(at: now, chance: chance) != nil else { return false }
            publishAdmission(state)
            return true
        }
    }

    /// Claims the probation for one request. Only one request at a time can have it.
    func claimProbation() -> Bool {
        guard counters.isOnProbation else { return false }
        return withState { state in
            guard state.ejection?.beginProbe() == true else { return false }
            publishAdmission(state)
            return true
        }
    }

    /// Publishes the state of the ejection to picks. To be called with the state locked, so that the last state is
    /// published last.
    func publishAdmission(_ state: State) {
        counters.publish(state.ejection?.admission ?? .all)
    }

    /// Ends the ejection because of another source, a probe.
    ///
    /// - Returns: True if the endpoint was ejected or on probation.
    func reinstate(at now: Moment) -> Bool {
        withState { state in
            guard state.ejection?.reinstate(at: now) == true else { return false }
            comeBack(at: now, in: &state)
            return true
        }
    }
}

/// The health of an endpoint at one moment, as its requests have shown it.
struct EndpointStanding {
    let ejection: Ejection.State
    /// The moment of the last failure.
    let lastFailure: Moment?

    init(_ state: EndpointRecord.State) {
        ejection = state.ejection?.state ?? .closed
        lastFailure = state.lastFailure
    }

    /// The end of the ejection; `nil` if the endpoint is not ejected, or on probation.
    var ejectedUntil: Moment? {
        if case .ejected(let until) = ejection { until } else { nil }
    }
}
