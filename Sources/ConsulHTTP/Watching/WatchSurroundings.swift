// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOConcurrencyHelpers

/// What all watches of a client have in common.
struct WatchSurroundings: Sendable {
    /// Where the time comes from.
    let time: WatchTime
    /// A random number in 0..<1.
    let chance: @Sendable () -> Double
    /// Who may wait at the agent.
    let permits: NIOLockedValueBox<LongPollPermits>
    /// How many plain reads beside questions that wait there may be at once, for each datacenter. Few: an agent that hangs
    /// would have one from every watch.
    let checkPermits = Permits(Permits.Limits(own: 2))
    /// What happens on the way, at `debug`.
    let logger: Logger
}
