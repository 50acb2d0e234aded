// SPDX-License-Identifier: Apache-2.0

/// The clock for decisions about what is cached, held and tried again. Deadlines of network operations use the system's
/// clock instead: a test cannot make a packet wait.
package struct TimeSource: Sendable {
    /// Returns the time, which never runs backwards.
    package var now: @Sendable () -> ContinuousClock.Instant

    /// Returns at the given time, or throws `CancellationError`.
    package var sleep: @Sendable (_ until: ContinuousClock.Instant) async throws -> Void

    /// Returns the same time as `now`, counted from any origin.
    package var moment: @Sendable () -> Moment

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
    package static let continuous = TimeSource(
        now: { .now },
        sleep: { try await Task.sleep(until: $0, clock: .continuous) },
        moment: { .now }
    )
}
