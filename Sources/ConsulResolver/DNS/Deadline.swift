// SPDX-License-Identifier: Apache-2.0

/// The end of the time that something may take.
struct Deadline: Sendable {
    /// Whoever is given less time than this cannot tell silence from distance.
    static let leastFairTime = Duration.milliseconds(100)

    private let instant: ContinuousClock.Instant

    private init(_ instant: ContinuousClock.Instant) {
        self.instant = instant
    }

    init(in duration: Duration) {
        // A year is as good as for ever, and no sum overflows.
        instant = .now + min(max(duration, .zero), .seconds(365 * 86_400))
    }

    /// The time left; negative when it is over.
    var remaining: Duration { ContinuousClock.now.duration(to: instant) }

    /// The end of some time from now, unless this is earlier.
    func atMost(_ duration: Duration) -> Deadline {
        remaining <= duration ? self : Deadline(in: duration)
    }

    /// The earlier end that leaves some time for something else; half of it at most.
    func leaving(_ duration: Duration) -> Deadline {
        let remaining = remaining
        return Deadline(.now + remaining - min(max(duration, .zero), remaining / 2))
    }

    /// The earlier end of an equal part of the time left.
    func share(among count: Int) -> Deadline {
        count <= 1 ? self : Deadline(.now + remaining / count)
    }
}
