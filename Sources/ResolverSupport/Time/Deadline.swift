// SPDX-License-Identifier: Apache-2.0

/// The instant by which an operation has to end. One value passes from the public call down to the engines.
///
/// Deadlines follow the machine's clock, also in tests that decide by another one (``TimeSource``): a packet does not wait
/// for a test.
package struct Deadline: Hashable, Comparable, Sendable {
    /// The least timeout after which silence counts as a failure. With less time, a distant server looks like a silent
    /// one.
    package static let leastFairTime = Duration.milliseconds(100)

    /// The instant itself.
    package let moment: Moment

    private init(_ moment: Moment) {
        self.moment = moment
    }

    package init(in duration: Duration, from now: Moment = .now) {
        moment = now + duration.bounded
    }

    /// The time left; negative after the deadline.
    package var remaining: Duration { remaining(at: .now) }

    /// Returns the time left at a moment; negative after the deadline.
    package func remaining(at now: Moment) -> Duration { now.duration(to: moment) }

    /// Returns the earlier of this deadline and the end of a duration from now.
    package func atMost(_ duration: Duration, at now: Moment = .now) -> Deadline {
        min(self, Deadline(in: duration, from: now))
    }

    /// Returns the later of this deadline and the end of a duration from now.
    package func atLeast(_ duration: Duration, at now: Moment = .now) -> Deadline {
        max(self, Deadline(in: duration, from: now))
    }

    /// Returns an earlier deadline that reserves a duration, but at most half of the time left, for a later operation.
    package func leaving(_ duration: Duration, at now: Moment = .now) -> Deadline {
        let remaining = remaining(at: now)
        return Deadline(now + (remaining - min(max(duration, .zero), remaining / 2)))
    }

    /// Returns the deadline of the first of `count` operations that share the time left equally.
    ///
    /// - Parameter now: The moment at which they begin. It is not read for a single operation.
    package func share(among count: Int, at now: @autoclosure () -> Moment = .now) -> Deadline {
        guard count > 1 else { return self }
        let now = now()
        return Deadline(now + remaining(at: now) / count)
    }

    /// The error of an operation that did not end by its deadline.
    package struct Passed: Error {
        package init() {}
    }

    package static func < (left: Deadline, right: Deadline) -> Bool { left.moment < right.moment }
}

extension Duration {
    /// The longest time that this library computes with: a year. Sums of a few such times overflow nowhere.
    package static let longestTime = Duration.seconds(365 * 86_400)

    /// The duration, no less than zero and no more than ``longestTime``.
    package var bounded: Duration { min(max(self, .zero), .longestTime) }
}
