// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// Decides when a watch checks alongside its blocking query: see ``WatchedState``. A pure value.
struct CheckPace: Sendable {
    typealias Instant = Moment

    /// The work of the first check, as far as it is known then.
    private static let leastWork = Duration.milliseconds(10)

    private let policy: WatchPolicy
    private var next: Instant?
    /// The time that a check takes Consul, as far as it is known: it at most doubles with each check. A check may be slow
    /// because of a lost packet or a server that is about to go. The pause after it must not be longer for that: the
    /// blocking query beside it may wait on a connection that is dead.
    private var work = Duration.zero

    init(policy: WatchPolicy) {
        self.policy = policy
    }

    /// Returns the pause before the next check.
    func pause(at now: Instant) -> Duration {
        max(.zero, next.map { now.duration(to: $0) } ?? .zero)
    }

    /// Records the end of a non-blocking read by the watch itself, which shows the same as a check.
    mutating func plainReadEnded(at now: Instant, chance: Double) {
        next = now + interval(chance)
    }

    /// Records the end of a check.
    ///
    /// - Parameter time: The duration of the check. For a service with many instances, or a busy Consul, checks are
    ///   further apart. The duration of a failed check is ignored: it may be that of the timeout.
    mutating func checkEnded(took time: Duration, succeeded: Bool, at now: Instant, chance: Double) {
        guard succeeded else { return next = now + interval(chance) }
        work = min(time, max(work * 2, Self.leastWork))
        next = now + max(interval(chance), work / policy.checkShare)
    }

    /// Schedules an early check: the last one has shown content that the blocking query should return any moment, and
    /// the next one tells whether it did.
    mutating func checkAgain(at now: Instant) {
        next = now + policy.checkGrace
    }

    private func interval(_ chance: Double) -> Duration {
        policy.checkInterval * (0.75 + 0.5 * chance)
    }
}
