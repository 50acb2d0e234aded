// SPDX-License-Identifier: Apache-2.0

/// Decides what of many failures and successes is worth a line in the log: the first failure, and the success that ends a
/// time of failures. A pure value.
struct Outage: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// How long nothing has to fail before all is well again. One success between failures does not end an outage.
    let calm: Duration
    private var lastFailure: Instant?

    init(calm: Duration = .seconds(10)) {
        self.calm = calm
    }

    /// - Returns: Whether this begins an outage.
    mutating func failed(at now: Instant) -> Bool {
        defer { lastFailure = now }
        return lastFailure == nil
    }

    /// - Returns: Whether this ends an outage.
    mutating func succeeded(at now: Instant) -> Bool {
        guard let lastFailure, lastFailure.duration(to: now) >= calm else { return false }
        self.lastFailure = nil
        return true
    }
}
