// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// Rules for ejecting an endpoint that fails, and for the length of the ejection.
///
/// Each client decides by what it has seen itself. The rules add up: the first one that is met ejects.
public struct EjectionPolicy: Hashable, Sendable {
    /// Failures in a row that eject an endpoint; 0 for never. Default 5, as in Envoy (`consecutive_5xx`) and Finagle.
    public var consecutiveFailures: Int

    /// Failures to connect in a row that eject an endpoint; 0 for never. Default 3, fewer than for other failures,
    /// because a refused connection is not the fault of one unlucky request.
    public var consecutiveConnectFailures: Int

    /// The share of successes, within 0...1, below which an endpoint is ejected; 0 for never. Default 0.8.
    ///
    /// Failures in a row alone do not find an endpoint that fails every other time: five in a row then take 62 requests
    /// on average, and 3,905 if every fifth fails.
    public var successRate: Double

    /// The time over which ``successRate`` is computed. Default 30 seconds.
    public var window: Duration

    /// The number of requests within ``window`` below which ``successRate`` does not apply. Default 20.
    public var minimumSamples: Int

    /// The number of failures within ``window`` below which ``successRate`` does not apply. Default 5. Without it, a
    /// few failures at low traffic would do.
    public var minimumFailures: Int

    /// The length of the first ejection. Default 5 seconds, of which up to half is left out at random. Each further
    /// ejection lasts twice as long.
    public var baseTime: Duration

    /// The upper limit of an ejection. Default 60 seconds. An endpoint that has stayed in for as long is forgiven one
    /// doubling.
    public var maximumTime: Duration

    /// The share of endpoints, within 0...1, that may be out at once. Default 0.5. One always may, unless the share is
    /// 0, and the last one never. When more than that fail, it is rarely the endpoints' fault, and the rest would be
    /// overloaded.
    public var maximumShare: Double

    /// Creates a policy.
    public init(
        consecutiveFailures: Int = 5,
        consecutiveConnectFailures: Int = 3,
        successRate: Double = 0.8,
        window: Duration = .seconds(30),
        minimumSamples: Int = 20,
        minimumFailures: Int = 5,
        baseTime: Duration = .seconds(5),
        maximumTime: Duration = .seconds(60),
        maximumShare: Double = 0.5
    ) {
        self.consecutiveFailures = consecutiveFailures
        self.consecutiveConnectFailures = consecutiveConnectFailures
        self.successRate = successRate
        self.window = window
        self.minimumSamples = minimumSamples
        self.minimumFailures = minimumFailures
        self.baseTime = baseTime
        self.maximumTime = maximumTime
        self.maximumShare = maximumShare
    }
}

extension EjectionPolicy {
    /// Throws for the first setting that is out of range.
    package func check() throws(PolicyError) {
        try PolicyError.require(consecutiveFailures, atLeast: 0, "consecutiveFailures")
        try PolicyError.require(consecutiveConnectFailures, atLeast: 0, "consecutiveConnectFailures")
        try PolicyError.requireShare(successRate, "successRate")
        try PolicyError.requirePositive(window, "window")
        try PolicyError.require(minimumSamples, atLeast: 1, "minimumSamples")
        try PolicyError.require(minimumFailures, atLeast: 1, "minimumFailures")
        try PolicyError.requirePositive(baseTime, "baseTime")
        guard maximumTime >= baseTime else {
            throw PolicyError(
                property: "maximumTime",
                message: "\(maximumTime) is less than baseTime; use \(baseTime) or more"
            )
        }
        try PolicyError.requireShare(maximumShare, "maximumShare")
    }
}

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
