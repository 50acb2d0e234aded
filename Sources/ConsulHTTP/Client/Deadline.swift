// SPDX-License-Identifier: Apache-2.0

/// The end of the time that a request may take.
struct Deadline: Sendable {
    let instant: ContinuousClock.Instant

    init(in duration: Duration) {
        instant = .now + duration.bounded
    }

    /// The time left; negative after the deadline.
    var remaining: Duration { ContinuousClock.now.duration(to: instant) }

    /// The deadline has passed.
    struct Passed: Error {}
}

extension Duration {
    /// The duration, limited to the range from zero to one year. A year serves as "unlimited", and no sum of a few such
    /// durations overflows.
    var bounded: Duration { min(max(self, .zero), .seconds(365 * 86_400)) }
}
