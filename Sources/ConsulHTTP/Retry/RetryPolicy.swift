// SPDX-License-Identifier: Apache-2.0

/// Whether and when a read that failed is asked again. Only errors that say so of themselves are
/// (``ConsulHTTPError/isRetryable``), only within the request's time, and never a change.
public struct RetryPolicy: Hashable, Sendable {
    /// How often a read is asked altogether. Default 3; 1 never asks again.
    public var maximumAttempts = 3

    /// The longest pause before the second attempt; each later one may be twice as long. The real pause is anything
    /// from nothing to that, so that many who failed together do not come back together. Default 100 ms.
    public var initialDelay: Duration = .milliseconds(100)

    /// The longest pause there is. Default 2 s.
    public var maximumDelay: Duration = .seconds(2)

    /// The defaults.
    public init() {}
}
