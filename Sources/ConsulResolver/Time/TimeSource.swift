// SPDX-License-Identifier: Apache-2.0

/// The time that decisions are made by: what is cached, held, tried again. Deadlines of what is under way on a network do
/// not go by it: nobody can make a packet wait for a test.
struct TimeSource: Sendable {
    /// The time. It never runs backwards.
    var now: @Sendable () -> ContinuousClock.Instant

    /// Returns when the time has come, or throws `CancellationError`.
    var sleep: @Sendable (_ until: ContinuousClock.Instant) async throws -> Void

    /// The same time as `now`, counted from wherever it likes.
    var moment: @Sendable () -> Moment

    init(
        now: @escaping @Sendable () -> ContinuousClock.Instant,
        sleep: @escaping @Sendable (_ until: ContinuousClock.Instant) async throws -> Void,
        moment: (@Sendable () -> Moment)? = nil
    ) {
        let start = now()
        self.now = now
        self.sleep = sleep
        self.moment = moment ?? { Moment(nanoseconds: Nanoseconds(start.duration(to: now())).count) }
    }

    /// The machine's monotonic clock.
    static let continuous = TimeSource(
        now: { .now },
        sleep: { try await Task.sleep(until: $0, clock: .continuous) },
        moment: { .now }
    )
}
