// SPDX-License-Identifier: Apache-2.0

/// What is known of one place, and how long it has to wait for its callers. A pure value.
struct FailoverPlace: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// For how long a place that was out is asked after those of which nothing is known.
    static let memory = Duration.seconds(5)
    /// For how long a place in use may be stale. An agent that is slow for a moment is no reason to move everybody, and
    /// what was good a moment ago mostly still is.
    static let grace = Duration.seconds(1)
    /// A place that is lost sooner after it was given back had not been well.
    static let trial = Duration.seconds(60)
    /// The longest wait, unless a longer one is configured to begin with.
    static let longestWait = Duration.seconds(300)

    /// What was heard last.
    private struct Report: Sendable {
        var standing: FailoverState.Standing
        /// Since when, as far as anybody has asked.
        var since: Instant
        /// When that was asked which the answer was to.
        var askedAt: Instant
    }

    /// When it was asked last.
    var askedAt: Instant?

    private let failback: Duration
    private var wait: Duration
    private var report: Report?
    private var hasBeenOut = false
    /// Since when it is in use, or when it last began to be.
    private var usedFrom: Instant?
    /// Whether it was out at any time before that.
    private var isOnTrial = false

    init(failback: Duration) {
        self.failback = failback
        wait = failback
    }

    /// Whether who has it in use may keep to it.
    func isUsable(at now: Instant) -> Bool {
        guard let report else { return false }
        switch report.standing {
        case .good: return true
        case .stale: return now < report.since + FailoverPlace.grace
        case .out: return false
        }
    }

    /// Whether it was not good a moment ago.
    func isOut(at now: Instant) -> Bool {
        guard let report, report.standing != .good else { return false }
        return now < report.askedAt + FailoverPlace.memory
    }

    /// Whether it has been good for as long as it takes to be given its callers back.
    func hasWaited(at now: Instant) -> Bool {
        guard let report, report.standing == .good else { return false }
        return report.since + wait <= now
    }

    /// - Returns: Whether it is news.
    mutating func hear(_ standing: FailoverState.Standing, askedAt: Instant, at now: Instant) -> Bool {
        if let report, askedAt < report.askedAt { return false }
        let since = report?.standing == standing ? report?.since : nil
        report = Report(standing: standing, since: since ?? now, askedAt: askedAt)
        if standing != .good { hasBeenOut = true }
        return true
    }

    /// It has got the callers.
    mutating func isUsed(from now: Instant) {
        usedFrom = now
        isOnTrial = hasBeenOut
    }

    /// It is out, and somebody else has got the callers.
    mutating func wasLost() {
        guard let report, let usedFrom else { return }
        let hasRelapsed = isOnTrial && report.since < usedFrom + max(wait, FailoverPlace.trial)
        wait = hasRelapsed ? min(wait * 2, max(failback, FailoverPlace.longestWait)) : failback
    }
}
