// SPDX-License-Identifier: Apache-2.0

/// The instant by which an operation has to end.
struct Deadline: Sendable {
    /// The least timeout after which silence counts as a failure. With less time, a distant server looks like a silent
    /// one.
    static let leastFairTime = Duration.milliseconds(100)

    private let instant: ContinuousClock.Instant

    private init(_ instant: ContinuousClock.Instant) {
        self.instant = instant
    }

    init(in duration: Duration) {
        // The limit of a year keeps sums from overflowing.
        instant = .now + min(max(duration, .zero), .seconds(365 * 86_400))
    }

    /// The time left; negative after the deadline.
    var remaining: Duration { ContinuousClock.now.duration(to: instant) }

    /// Returns the earlier of this deadline and the end of a duration from now.
    func atMost(_ duration: Duration) -> Deadline {
        remaining <= duration ? self : Deadline(in: duration)
    }

    /// Returns an earlier deadline that reserves a duration, but at most half of the time left, for a later operation.
    func leaving(_ duration: Duration) -> Deadline {
        let remaining = remaining
        return Deadline(.now + remaining - min(max(duration, .zero), remaining / 2))
    }

    /// Returns the deadline of the first of `count` operations that share the time left equally.
    func share(among count: Int) -> Deadline {
        count <= 1 ? self : Deadline(.now + remaining / count)
    }
}
