// SPDX-License-Identifier: Apache-2.0

/// The clock of watches. Instants are those of the continuous clock, so that they can be compared with others in the
/// process. That clock also advances while the machine sleeps, as Consul's own clocks do.
struct WatchTime: Sendable {
    let now: @Sendable () -> ContinuousClock.Instant
    /// Sleeps; throws early if the task is canceled.
    let sleep: @Sendable (Duration) async throws -> Void

    /// Creates a `WatchTime` that follows a clock.
    init<Source: Clock>(_ clock: Source) where Source.Duration == Duration {
        let (origin, start) = (ContinuousClock.now, clock.now)
        now = { origin + start.duration(to: clock.now) }
        sleep = { try await clock.sleep(until: clock.now.advanced(by: $0), tolerance: nil) }
    }
}
