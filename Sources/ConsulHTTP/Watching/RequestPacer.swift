// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// A token bucket: it admits a burst of requests at once, and then one for each interval.
///
/// The state is a single instant, at which the bucket would be full (GCRA), so it needs no refill.
struct RequestPacer: Sendable {
    private let tolerance: Duration
    private let spacing: Duration
    private var full: Moment?

    /// - Parameters:
    ///   - burst: The number of requests that a full bucket admits; at least 1.
    ///   - spacing: The time for one more request.
    init(burst: Int, spacing: Duration) {
        tolerance = spacing * max(0, burst - 1)
        self.spacing = spacing
    }

    /// Takes a token; returns the time until the next one if there is none.
    mutating func admit(at now: Moment) -> Duration? {
        let arrival = max(full ?? now, now)
        let wait = now.duration(to: arrival) - tolerance
        guard wait <= .zero else { return wait }
        full = arrival + spacing
        return nil
    }
}
