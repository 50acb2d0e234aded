// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// A ``RetryBudgetPolicy`` at work. Unused retries are not saved up: a retry begins only if, with it, the window that
/// ends now has no more retries than the policy allows for the requests in it.
struct RetryBudget: Sendable {
    /// First attempts are the ordinary events.
    private var attempts: RollingCounts
    private let ratio: Double
    private let reserve: Double

    init(_ policy: RetryBudgetPolicy = RetryBudgetPolicy()) {
        let window = max(Nanoseconds(policy.window).count, 1)
        attempts = RollingCounts(window: window)
        ratio = policy.ratio.clampedToUnit
        // Far more than can be counted, far less than an integer holds.
        reserve = min(Double(max(policy.minimumPerSecond, 0)) * Double(window) / 1e9, 1e15)
    }

    /// Counts a first attempt.
    mutating func deposit(at now: Moment) {
        attempts.add(.ordinary, at: now)
    }

    /// Counts one more retry or hedge if the budget allows it; returns true if it does.
    mutating func withdraw(at now: Moment) -> Bool {
        guard balance(at: now) > 0 else { return false }
        attempts.add(.exceptional, at: now)
        return true
    }

    /// Returns the number of retries that are left; never negative.
    func balance(at now: Moment) -> Int {
        let (first, further) = attempts.totals(at: now)
        // Five requests at 0.2 allow one retry, however the product is rounded.
        return max(Int(ratio * Double(first) + reserve + 1e-6) - Int(further), 0)
    }
}
