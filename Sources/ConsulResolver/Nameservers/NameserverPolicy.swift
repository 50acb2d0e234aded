// SPDX-License-Identifier: Apache-2.0

/// The figures that a ``NameserverMemory`` works with.
struct NameserverPolicy: Sendable {
    /// The longest pause after a failure.
    var maximumPause = Duration.seconds(5)

    /// Bounds of the time after which the next server is asked beside the first. Below, a busy machine would ask twice
    /// for no reason; above, there would be little left to gain. The upper one holds for a server that nothing is known of.
    var hedging = Duration.milliseconds(10)...Duration.milliseconds(100)

    /// The pause after the first failure; each further one doubles it.
    static let firstPause = Duration.milliseconds(50)

    /// Somebody who resolves is let through to a failed server after this at the latest, even if its pause is longer: who
    /// starts an agent wants to see it. Much less than the cache's own pause between questions about one service, so that
    /// several services do not get in each other's way.
    static let patience = Duration.milliseconds(250)

    /// What a failure adds to a server's round-trip time when servers are compared.
    static let penalty = Duration.milliseconds(150)

    /// How long what is known of a server counts, less and less.
    static let fading = Duration.seconds(180)

    /// How long TCP goes first at a server that datagrams do not reach.
    static let streamsFirst = Duration.seconds(60)

    /// How long after the last resolution failed servers are looked after.
    static let interest = Duration.seconds(60)

    /// The pause after so many failures in a row.
    ///
    /// - Parameter chance: From 0 to 1: between half of the pause and all of it, so that many processes that lost a server
    ///   together do not come back together.
    func pause(after strikes: Int, chance: Double) -> Duration {
        let doublings = min(max(strikes - 1, 0), 20)
        return min(NameserverPolicy.firstPause * (1 << doublings), maximumPause) * (0.5 + chance / 2)
    }
}
