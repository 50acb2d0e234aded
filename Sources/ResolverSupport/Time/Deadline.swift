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

    package init(in duration: Duration) {
        moment = .now + duration.bounded
    }

    /// The time left; negative after the deadline.
    package var remaining: Duration { Moment.now.duration(to: moment) }

    /// Returns the earlier of this deadline and the end of a duration from now.
    package func atMost(_ duration: Duration) -> Deadline { min(self, Deadline(in: duration)) }

    /// Returns the later of this deadline and the end of a duration from now.
    package func atLeast(_ duration: Duration) -> Deadline { max(self, Deadline(in: duration)) }

    /// Returns an earlier deadline that reserves a duration, but at most half of the time left, for a later operation.
    package func leaving(_ duration: Duration) -> Deadline {
        let remaining = remaining
        return Deadline(.now + (remaining - min(max(duration, .zero), remaining / 2)))
    }

    /// Returns the deadline of the first of `count` operations that share the time left equally.
    package func share(among count: Int) -> Deadline {
        count <= 1 ? self : Deadline(.now + remaining / count)
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
