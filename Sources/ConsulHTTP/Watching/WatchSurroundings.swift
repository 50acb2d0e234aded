// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOConcurrencyHelpers

/// The dependencies that all watches of a client share.
struct WatchSurroundings: Sendable {
    /// The clock.
    let time: WatchTime
    /// Returns a random number in 0..<1.
    let chance: @Sendable () -> Double
    /// The permits of blocking queries.
    let permits: NIOLockedValueBox<LongPollPermits>
    /// The permits of checks, for each datacenter. Few, because every watch of an agent that does not respond would
    /// otherwise occupy one.
    let checkPermits = Permits(Permits.Limits(own: 2))
    /// The logger for events at `debug`.
    let logger: Logger
}

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
