// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// Decides which failures and successes the client logs: the first failure, and the success that ends the outage. A
/// pure value.
struct Outage: Sendable {
    typealias Instant = Moment

    /// The time without failures that ends an outage. One success between failures does not end it.
    let calm: Duration
    private var lastFailure: Instant?

    init(calm: Duration = .seconds(10)) {
        self.calm = calm
    }

    /// Records a failure.
    ///
    /// - Returns: True if this failure begins an outage.
    mutating func failed(at now: Instant) -> Bool {
        defer { lastFailure = now }
        return lastFailure == nil
    }

    /// Records a success.
    ///
    /// - Returns: True if this success ends an outage.
    mutating func succeeded(at now: Instant) -> Bool {
        guard let lastFailure, lastFailure.duration(to: now) >= calm else { return false }
        self.lastFailure = nil
        return true
    }
}
