// SPDX-License-Identifier: Apache-2.0

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
    package init() {}
}
