// SPDX-License-Identifier: Apache-2.0

/// How many requests may be sent once more, be it because the first one failed (a retry) or is late (a hedge).
///
/// A limit for each request does not protect a service that is down: with three attempts each, it gets three times its
/// load when it can bear least. A budget for all of them together does (Finagle's `RetryBudget`).
public struct RetryBudgetPolicy: Hashable, Sendable {
    /// Retries for each request, within 0...1: 0.2.
    public var ratio: Double

    /// Retries a second that are always allowed, for clients with few requests: 10.
    public var minimumPerSecond: Int

    /// The time over which requests and retries are counted: 10 seconds. What is not used by then is lost.
    public var window: Duration

    /// A policy.
    public init(ratio: Double = 0.2, minimumPerSecond: Int = 10, window: Duration = .seconds(10)) {
        self.ratio = ratio
        self.minimumPerSecond = minimumPerSecond
        self.window = window
    }
}

extension RetryBudgetPolicy {
    /// Throws for settings that make no sense.
    package func check() throws(PolicyError) {
        try PolicyError.requireShare(ratio, "ratio")
        try PolicyError.require(minimumPerSecond, atLeast: 0, "minimumPerSecond")
        try PolicyError.requirePositive(window, "window")
    }
}
