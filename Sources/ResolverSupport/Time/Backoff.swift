// SPDX-License-Identifier: Apache-2.0

/// The pause before a failed operation is tried again. It doubles from failure to failure, up to a maximum.
///
/// A pure value: it reads no clock, and random numbers are passed in. Callers either let it count the failures
/// (``next(chance:)``, ``reset()``) or pass their own number of failures (``pause(after:chance:)``).
package struct Backoff: Hashable, Sendable {
    /// The first pause.
    package let initial: Duration
    /// The upper bound of the doubling.
    package let maximum: Duration
    /// The random factor of each pause.
    package let jitter: Jitter

    /// The pause after the next failure, without jitter.
    package private(set) var current: Duration

    /// Creates a backoff before the first failure.
    package init(initial: Duration, maximum: Duration, jitter: Jitter = .none) {
        self.initial = min(initial, maximum)
        self.maximum = maximum
        self.jitter = jitter
        current = self.initial
    }

    /// Records a failure.
    ///
    /// - Parameter chance: A random number from 0 to 1, for the jitter.
    /// - Returns: The pause after the failure.
    package mutating func next(chance: Double = 0) -> Duration {
        defer { current = doubled(current) }
        return jitter.applied(to: current, chance: chance)
    }

    /// Records a success: the pause after the next failure is the first one again.
    package mutating func reset() { current = initial }

    /// Returns the pause after a number of failures in a row, whatever has been recorded.
    ///
    /// - Parameters:
    ///   - failures: The number of failures; less than 1 counts as 1.
    ///   - chance: A random number from 0 to 1, for the jitter.
    package func pause(after failures: Int, chance: Double = 0) -> Duration {
        var (pause, left) = (initial, max(failures, 1) - 1)
        while left > 0, pause > .zero, pause < maximum {
            pause = doubled(pause)
            left -= 1
        }
        return jitter.applied(to: pause, chance: chance)
    }

    /// Doubling ends at the maximum, so that no number of failures causes an overflow.
    private func doubled(_ pause: Duration) -> Duration {
        pause > .zero && pause < maximum ? min(pause * 2, maximum) : pause
    }
}

extension Backoff {
    /// The random factor of a pause, which separates clients that failed together.
    package struct Jitter: Hashable, Sendable {
        private let least: Double
        private let spread: Double

        /// No random part.
        package static let none = Jitter(least: 1, spread: 0)
        /// A pause between zero and the whole.
        package static let full = Jitter(least: 0, spread: 1)
        /// A pause between half and the whole.
        package static let half = Jitter(least: 0.5, spread: 0.5)
        /// A pause between the whole and this share more.
        package static func adding(_ share: Double) -> Jitter { Jitter(least: 1, spread: share) }

        fileprivate func applied(to pause: Duration, chance: Double) -> Duration {
            self == .none ? pause : pause * (least + spread * chance)
        }
    }
}
