// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// The evidence against an endpoint that is in: its failures in a row, and its recent rate of success.
struct FailureEvidence: Sendable {
    private let rules: EjectionRules
    private var failuresInARow: UInt32 = 0
    private var connectFailuresInARow: UInt32 = 0
    private var window: SuccessWindow

    init(_ rules: EjectionRules) {
        self.rules = rules
        window = SuccessWindow(nanoseconds: rules.window)
    }

    /// Counts an outcome, and returns the rule that it has met. Only a failure meets a rule: a rate that falls because
    /// old successes leave the window is no reason to eject an endpoint that has just answered.
    mutating func count(_ outcome: Outcome, at now: Moment) -> Ejection.Reason? {
        switch outcome.ending {
        case .neutral:
            return nil
        case .success:
            failuresInARow = 0
            connectFailuresInARow = 0
            window.record(success: true, at: now)
            return nil
        case .failure(let kind):
            guard kind.cause != .client else { return nil }
            countInARow(kind)
            window.record(success: false, at: now)
            return verdict(at: now)
        }
    }

    /// Starts over. An endpoint that comes back is judged by what it does from then on; otherwise its first failure
    /// would eject it again for what it has been out for already (Envoy did so once).
    mutating func forget() {
        failuresInARow = 0
        connectFailuresInARow = 0
        window.reset()
    }

    private mutating func countInARow(_ kind: FailureKind) {
        switch kind.cause {
        case .connect:
            failuresInARow = failuresInARow.incremented
            connectFailuresInARow = connectFailuresInARow.incremented
        case .timeout:
            // A timeout leaves open whether there was a connection.
            failuresInARow = failuresInARow.incremented
        case .server:
            failuresInARow = failuresInARow.incremented
            connectFailuresInARow = 0
        case .overload:
            // Five refusals in a row are what a working limit looks like under a burst. If most answers over half a
            // minute are refusals, that is another matter, and the rate covers that.
            connectFailuresInARow = 0
        case .client:
            break
        }
    }

    private func verdict(at now: Moment) -> Ejection.Reason? {
        if connectFailuresInARow >= rules.consecutiveConnectFailures { return .consecutiveConnectFailures }
        if failuresInARow >= rules.consecutiveFailures { return .consecutiveFailures }
        return window.isBelow(rules, at: now) ? .successRate : nil
    }
}

extension UInt32 {
    /// Returns one more, short of the largest number: that one stands for a rule that is off.
    fileprivate var incremented: UInt32 { self < .max &- 1 ? self &+ 1 : self }
}

/// Counts of recent requests that succeeded and failed.
struct SuccessWindow: Sendable {
    private var counts: RollingCounts

    init(nanoseconds window: Int64) {
        counts = RollingCounts(window: window)
    }

    mutating func record(success: Bool, at now: Moment) {
        counts.add(success ? .ordinary : .exceptional, at: now)
    }

    mutating func reset() { counts.reset() }

    func successes(at now: Moment) -> UInt32 { counts.totals(at: now).ordinary }

    func failures(at now: Moment) -> UInt32 { counts.totals(at: now).exceptional }

    /// True if there are enough requests to judge by, and the success rate is below the limit.
    func isBelow(_ rules: EjectionRules, at now: Moment) -> Bool {
        let (successes, failures) = counts.totals(at: now)
        let samples = UInt64(successes) &+ UInt64(failures)
        guard samples >= UInt64(rules.minimumSamples), failures >= rules.minimumFailures else { return false }
        return Double(successes) < rules.successRate * Double(samples)
    }
}
