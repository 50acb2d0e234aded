// SPDX-License-Identifier: Apache-2.0

/// Where the time comes from. Instants are those of the continuous clock, so that a watch's times can be compared with
/// any others of the process; it also counts while the machine sleeps, as Consul's own clocks do.
struct WatchTime: Sendable {
    let now: @Sendable () -> ContinuousClock.Instant
    /// Returns early, throwing, when the task is cancelled.
    let sleep: @Sendable (Duration) async throws -> Void

    /// Time as it passes on a clock.
    init<Source: Clock>(_ clock: Source) where Source.Duration == Duration {
        let (origin, start) = (ContinuousClock.now, clock.now)
        now = { origin + start.duration(to: clock.now) }
        sleep = { try await clock.sleep(until: clock.now.advanced(by: $0), tolerance: nil) }
    }
}
