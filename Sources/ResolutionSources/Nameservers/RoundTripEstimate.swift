// SPDX-License-Identifier: Apache-2.0

/// The round-trip time of a nameserver and its variation: the estimator of RFC 6298 section 2.
///
/// The variation defines "longer than usual": a server that always takes 40 ms is late after 50 ms, and a server that
/// takes anything between 1 and 40 ms is not.
struct RoundTripEstimate: Hashable, Sendable {
    private(set) var smoothed: Duration
    private(set) var variation: Duration

    init(first sample: Duration) {
        smoothed = sample
        variation = sample / 2
    }

    /// The time within which nearly all answers arrive.
    var usual: Duration { smoothed + variation * 4 }

    mutating func add(_ sample: Duration) {
        let deviation = sample - smoothed
        variation += ((deviation < .zero ? .zero - deviation : deviation) - variation) / 4
        smoothed += deviation / 8
    }
}
