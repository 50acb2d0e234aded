// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// Computes the pause after a failed attempt. A pure value: time and random numbers are passed in.
struct RetrySchedule {
    private let maximumAttempts: Int
    private var attempts = 0
    private var backoff: Backoff

    init(_ policy: RetryPolicy) {
        maximumAttempts = policy.maximumAttempts
        backoff = Backoff(initial: policy.initialDelay.bounded, maximum: policy.maximumDelay.bounded, jitter: .full)
    }

    /// Records a failed attempt.
    ///
    /// - Parameters:
    ///   - isRetryable: True if another attempt may succeed.
    ///   - retryAfter: The time that the server asks the client to wait. The pause is that long plus a random time, so
    ///     that clients that received the same value do not retry together.
    ///   - remaining: The time that the request has left.
    ///   - chance: A random number from 0 to 1.
    /// - Returns: The pause before the next attempt; `nil` to give up. The result is also `nil` if the pause would use
    ///   up the remaining time: the current error says more than a timeout.
    mutating func pause(
        after isRetryable: Bool,
        retryAfter: Duration? = nil,
        remaining: Duration,
        chance: Double
    ) -> Duration? {
        attempts += 1
        guard isRetryable, attempts < maximumAttempts else { return nil }
        let pause = (retryAfter ?? .zero).bounded + backoff.next(chance: chance)
        return pause < remaining ? pause : nil
    }
}
