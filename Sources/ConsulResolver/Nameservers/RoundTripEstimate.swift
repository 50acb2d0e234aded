// SPDX-License-Identifier: Apache-2.0

/// How long a nameserver usually takes, and how much that varies: the estimator of RFC 6298 section 2.
///
/// The spread is what makes "longer than usual" mean something: a server that always takes 40 ms is late after 50, one
/// that takes anything between 1 and 40 is not.
struct RoundTripEstimate: Hashable, Sendable {
    private(set) var smoothed: Duration
    private(set) var variation: Duration

    init(first sample: Duration) {
        smoothed = sample
        variation = sample / 2
    }

    /// The time within which nearly all answers come.
    var usual: Duration { smoothed + variation * 4 }

    mutating func add(_ sample: Duration) {
        let deviation = sample - smoothed
        variation += ((deviation < .zero ? .zero - deviation : deviation) - variation) / 4
        smoothed += deviation / 8
    }
}
