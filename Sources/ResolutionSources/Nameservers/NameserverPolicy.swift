// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// The parameters of a ``NameserverPoolStateMachine``.
package struct NameserverPolicy: Sendable {
    /// The longest pause after a failure.
    var maximumPause = Duration.seconds(5)

    /// Bounds of the hedge delay, after which the next server is queried beside the first. With a shorter delay, a busy
    /// machine would hedge for no reason; with a longer one, hedging would gain little. The upper bound applies to a
    /// server without history.
    var hedging = Duration.milliseconds(10)...Duration.milliseconds(100)

    /// The pause after the first failure; each further one doubles it.
    static let firstPause = Duration.milliseconds(50)

    /// The longest time between two resolutions that may query a failed server, even if its pause is longer, so that an
    /// agent is used soon after its start. It is much shorter than the cache's own pause between fetches of one
    /// service, so that several services do not delay each other.
    static let patience = Duration.milliseconds(250)

    /// The time that each failure adds to a server's round-trip time when servers are compared.
    static let penalty = Duration.milliseconds(150)

    /// The time over which the weight of a server's history falls to zero.
    static let fading = Duration.seconds(180)

    /// The time for which a server that datagrams do not reach is queried over TCP first.
    static let streamsFirst = Duration.seconds(60)

    /// The time after the latest resolution for which failed servers are still probed.
    static let interest = Duration.seconds(60)

    /// Returns the pause after a number of failures in a row.
    ///
    /// - Parameter chance: A random number from 0 to 1, which selects a pause between half of the full pause and all of
    ///   it. Processes that lost a server at the same moment then do not return to it at the same moment.
    func pause(after strikes: Int, chance: Double) -> Duration {
        Backoff(initial: NameserverPolicy.firstPause, maximum: maximumPause, jitter: .half)
            .pause(after: strikes, chance: chance)
    }
}
