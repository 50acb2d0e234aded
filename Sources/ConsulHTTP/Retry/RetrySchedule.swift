// SPDX-License-Identifier: Apache-2.0

/// What follows a failed attempt. A pure value: time and chance come from outside.
struct RetrySchedule {
    private let policy: RetryPolicy
    private var attempts = 0
    private var ceiling: Duration

    init(_ policy: RetryPolicy) {
        self.policy = policy
        ceiling = min(policy.initialDelay.bounded, policy.maximumDelay.bounded)
    }

    /// Takes note of a failure.
    ///
    /// - Parameters:
    ///   - isRetryable: Whether asking again may help.
    ///   - retryAfter: The time that the server wants to be left alone. The pause is that long, and chance adds to it, so
    ///     that all who heard the same do not come back together.
    ///   - remaining: The time that is left of the request's.
    /// - Returns: How long to pause before the next attempt; `nil` to give up. A pause that would use up the time is no
    ///   use: the failure that is known says more than the deadline would.
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
