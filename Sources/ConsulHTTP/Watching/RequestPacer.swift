// SPDX-License-Identifier: Apache-2.0

/// A token bucket: some requests may go at once, and then one for each interval.
///
/// It is kept as the one point in time at which the bucket would be full (GCRA), so nothing has to be counted up.
struct RequestPacer: Sendable {
    private let tolerance: Duration
    private let spacing: Duration
    private var full: ContinuousClock.Instant?

    /// - Parameters:
    ///   - burst: How many requests a full bucket admits; at least 1.
    ///   - spacing: How long it takes for another one.
    init(burst: Int, spacing: Duration) {
        tolerance = spacing * max(0, burst - 1)
        self.spacing = spacing
    }

    /// Takes a token, or says how long there will be none.
    mutating func admit(at now: ContinuousClock.Instant) -> Duration? {
        let arrival = max(full ?? now, now)
        let wait = now.duration(to: arrival) - tolerance
        guard wait <= .zero else { return wait }
        full = arrival + spacing
        return nil
    }
}
