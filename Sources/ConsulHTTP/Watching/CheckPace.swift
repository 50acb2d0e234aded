// SPDX-License-Identifier: Apache-2.0

/// Decides when a watch checks beside its question: see ``WatchedState``. A pure value.
struct CheckPace: Sendable {
    typealias Instant = ContinuousClock.Instant

    private let policy: WatchPolicy
    private var next: Instant?

    init(policy: WatchPolicy) {
        self.policy = policy
    }

    /// The pause before the next check.
    func pause(at now: Instant) -> Duration {
        max(.zero, next.map { now.duration(to: $0) } ?? .zero)
    }

    /// The watch's own question was a plain read and tells what a check would.
    mutating func plainReadEnded(at now: Instant, chance: Double) {
        next = now + interval(chance)
    }

    /// A check has ended.
    ///
    /// - Parameter time: How long it took. The checks of a service with many instances, or of a Consul that is busy, are
    ///   further apart. What failed is no measure: it may have waited for its deadline.
    mutating func checkEnded(took time: Duration, succeeded: Bool, at now: Instant, chance: Double) {
        next = now + max(interval(chance), succeeded ? time / policy.checkShare : .zero)
    }

    /// A check has shown what the question should be answered with any moment; the next one tells whether it was.
    mutating func checkAgain(at now: Instant) {
        next = now + policy.checkGrace
    }

    private func interval(_ chance: Double) -> Duration {
        policy.checkInterval * (0.75 + 0.5 * chance)
    }
}
