// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// The retries of failed reads. A read is repeated only if the error is ``ConsulHTTPError/isRetryable``, and only
/// within the time limit of the request. Changes are never repeated.
public struct RetryPolicy: Hashable, Sendable {
    /// The maximum number of attempts. Default 3; 1 disables retries.
    public var maximumAttempts = 3

    /// The upper bound of the pause before the second attempt; it doubles before each later one. The pause itself is a
    /// random time between zero and this bound, so that clients that failed together do not retry together. Default 100
    /// ms.
    public var initialDelay: Duration = .milliseconds(100)

    /// The upper bound of the doubling. Default 2 s.
    public var maximumDelay: Duration = .seconds(2)

    /// Creates the default policy.
    public init() {}
}

/// Computes the pause after a failed attempt. A pure value: time and random numbers are passed in.
struct RetrySchedule {
    private let policy: RetryPolicy
    private var attempts = 0
    private var ceiling: Duration

    init(_ policy: RetryPolicy) {
        self.policy = policy
        ceiling = min(policy.initialDelay.bounded, policy.maximumDelay.bounded)
    }

    /// Records a failed attempt.
    ///
    /// - Parameters:
    ///   - isRetryable: True if another attempt may succeed.
    ///   - retryAfter: The time that the server asks the client to wait. The pause is that long plus a random time, so
    ///     that clients that received the same value do not retry together.
    ///   - remaining: The time that the request has left.
    /// - Returns: The pause before the next attempt; `nil` to give up. The result is also `nil` if the pause would use
    ///   up the remaining time: the current error says more than a timeout.
    mutating func pause(
        after isRetryable: Bool,
        retryAfter: Duration? = nil,
        remaining: Duration,
        using random: inout some RandomNumberGenerator
    ) -> Duration? {
        attempts += 1
        guard isRetryable, attempts < policy.maximumAttempts else { return nil }
        let pause = (retryAfter ?? .zero).bounded + ceiling * Double.random(in: 0...1, using: &random)
        ceiling = min(ceiling * 2, policy.maximumDelay.bounded)
        return pause < remaining ? pause : nil
    }
}
