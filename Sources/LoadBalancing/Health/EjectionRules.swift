// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// An ``EjectionPolicy`` in a form for quick comparison: durations of 128 bits take longer than the rest of a report.
///
/// It accepts any policy, sensible or not, and never makes a value of it that could trap.
struct EjectionRules: Hashable, Sendable {
    let consecutiveFailures: UInt32
    let consecutiveConnectFailures: UInt32
    let minimumSamples: UInt32
    let minimumFailures: UInt32
    let successRate: Double
    let window: Int64
    let baseTime: Int64
    let maximumTime: Int64

    init(_ policy: EjectionPolicy) {
        // A count never gets to the largest number, so a rule that is off is one that is never met.
        consecutiveFailures = policy.consecutiveFailures > 0 ? UInt32(clamping: policy.consecutiveFailures) : .max
        consecutiveConnectFailures =
            policy.consecutiveConnectFailures > 0 ? UInt32(clamping: policy.consecutiveConnectFailures) : .max
        minimumSamples = UInt32(clamping: max(policy.minimumSamples, 1))
        minimumFailures = UInt32(clamping: max(policy.minimumFailures, 1))
        successRate = policy.successRate.clampedToUnit
        window = Self.bounded(policy.window)
        baseTime = Self.bounded(policy.baseTime)
        maximumTime = max(Self.bounded(policy.maximumTime), baseTime)
    }

    /// Returns 73 years at most, so that the sum of two times does not overflow.
    private static func bounded(_ duration: Duration) -> Int64 {
        min(max(Nanoseconds(duration).count, 1), .max / 4)
    }
}
