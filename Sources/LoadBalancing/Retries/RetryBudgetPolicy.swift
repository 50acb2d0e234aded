// SPDX-License-Identifier: Apache-2.0

/// The limit for requests that are sent once more, because the first one failed (a retry) or is late (a hedge).
///
/// A limit for each request does not protect a service that is down: with three attempts each, it gets three times its
/// load when it can bear least. A budget for all of them together does (Finagle's `RetryBudget`).
public struct RetryBudgetPolicy: Hashable, Sendable {
    /// Retries for each request, within 0...1. Default 0.2.
    public var ratio: Double

    /// Retries a second that are always allowed, for clients with few requests. Default 10.
    public var minimumPerSecond: Int

    /// The time over which requests and retries are counted. Default 10 seconds. Retries that are not used by then are
    /// lost.
    public var window: Duration

    /// Creates a policy.
    public init(ratio: Double = 0.2, minimumPerSecond: Int = 10, window: Duration = .seconds(10)) {
        self.ratio = ratio
        self.minimumPerSecond = minimumPerSecond
        self.window = window
    }
}

extension RetryBudgetPolicy {
    /// Throws for the first setting that is out of range.
    package func check() throws(PolicyError) {
        try PolicyError.requireShare(ratio, "ratio")
        try PolicyError.require(minimumPerSecond, atLeast: 0, "minimumPerSecond")
        try PolicyError.requirePositive(window, "window")
    }
}
