// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOConcurrencyHelpers
import ResolverSupport

/// The dependencies that all watches of a client share.
struct WatchSurroundings: Sendable {
    /// The clock, which also advances while the machine sleeps, as Consul's own clocks do.
    let time: TimeSource
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
