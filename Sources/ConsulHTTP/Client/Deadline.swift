// SPDX-License-Identifier: Apache-2.0

/// The end of the time that a request may take.
struct Deadline: Sendable {
    let instant: ContinuousClock.Instant

    init(in duration: Duration) {
        instant = .now + duration.bounded
    }

    /// The time left; negative when it is over.
    var remaining: Duration { ContinuousClock.now.duration(to: instant) }

    /// It is over.
    struct Passed: Error {}
}

extension Duration {
    /// The duration, no less than nothing and no more than a year, which is as good as for ever: no sum of a few of them
    /// overflows.
    var bounded: Duration { min(max(self, .zero), .seconds(365 * 86_400)) }
}
