// SPDX-License-Identifier: Apache-2.0

import ResolutionModel

extension ResolverDiagnostics.Server {
    /// Creates the public form of the state of a nameserver.
    package init(_ known: NameserverDiagnostics) {
        let counters = known.counters
        self.init(
            server: known.server,
            queries: ResolverDiagnostics.Queries(
                answered: counters.answered,
                timedOut: counters.timedOut,
                connectionFailed: counters.connectionFailed,
                serverFailure: counters.serverFailure,
                refused: counters.refused,
                malformed: counters.malformed,
                other: counters.other
            ),
            escalations: counters.escalations,
            hedgesSent: counters.hedgesSent,
            hedgesWon: counters.hedgesWon,
            probes: counters.probes,
            roundTrip: known.roundTrip,
            isFailed: known.isFailed,
            pause: known.backoff
        )
    }
}
