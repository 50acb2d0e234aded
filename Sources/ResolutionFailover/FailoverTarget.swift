// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// State of one failover target, and its wait for failback. A pure value.
struct FailoverTarget: Sendable {
    typealias Instant = Moment

    /// The time for which a target that was out ranks behind targets of unknown state.
    static let memory = Duration.seconds(5)
    /// The time for which the target in use may be stale. An agent that is slow for a moment is no reason to move all
    /// traffic, and endpoints that were good a moment ago mostly still are.
    static let grace = Duration.seconds(1)
    /// A target that is lost sooner than this after failback had not recovered.
    static let trial = Duration.seconds(60)
    /// The longest wait, unless the configured failback is longer.
    static let longestWait = Duration.seconds(300)

    /// The last result of a query to the target.
    private struct Report: Sendable {
        var standing: FailoverStateMachine.Standing
        /// The time since which queries have had this result.
        var since: Instant
        /// The time at which the query was sent.
        var askedAt: Instant
    }

    /// The time of the last query.
    var askedAt: Instant?

    /// The wait for failback, which doubles with each relapse.
    private var backoff: Backoff
    private var report: Report?
    private var hasBeenOut = false
    /// The time at which its current or last use began.
    private var usedFrom: Instant?
    /// True if it was out at any time before that.
    private var isOnTrial = false

    init(failback: Duration) {
        backoff = Backoff(initial: failback, maximum: max(failback, FailoverTarget.longestWait))
    }

    /// True if callers that use the target may keep to it.
    func isUsable(at now: Instant) -> Bool {
        guard let report else { return false }
        switch report.standing {
        case .good: return true
        case .stale: return now < report.since + FailoverTarget.grace
        case .out: return false
        }
    }

    /// True if it was not good a moment ago.
    func isOut(at now: Instant) -> Bool {
        guard let report, report.standing != .good else { return false }
        return now < report.askedAt + FailoverTarget.memory
    }

    /// True if it has been good for as long as failback takes.
    func hasWaited(at now: Instant) -> Bool {
        guard let report, report.standing == .good else { return false }
        return report.since + backoff.current <= now
    }

    /// - Returns: True if the result is of the latest query.
    mutating func hear(_ standing: FailoverStateMachine.Standing, askedAt: Instant, at now: Instant) -> Bool {
        if let report, askedAt < report.askedAt { return false }
        let since = report?.standing == standing ? report?.since : nil
        report = Report(standing: standing, since: since ?? now, askedAt: askedAt)
        if standing != .good { hasBeenOut = true }
        return true
    }

    /// Records that the target now receives the traffic.
    mutating func isUsed(from now: Instant) {
        usedFrom = now
        isOnTrial = hasBeenOut
    }

    /// Records that the target is out, and that another one now receives the traffic.
    mutating func wasLost() {
        guard let report, let usedFrom else { return }
        let hasRelapsed = isOnTrial && report.since < usedFrom + max(backoff.current, FailoverTarget.trial)
        if hasRelapsed { _ = backoff.next() } else { backoff.reset() }
    }
}
