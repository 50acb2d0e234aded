// SPDX-License-Identifier: Apache-2.0

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
