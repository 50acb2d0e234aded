// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import ResolutionModel

/// The counts of one nameserver.
struct NameserverCounters: Hashable, Sendable {
    /// The queries of resolutions, by outcome.
    var queries = ResolverDiagnostics.Queries()
    /// Answers over TCP to queries that a datagram had not answered conclusively.
    var escalations = 0
    /// Hedges: queries to this server while another server was late.
    var hedgesSent = 0
    /// Hedges in which this server answered first.
    var hedgesWon = 0
    /// Background probes for recovery; not counted as queries.
    var probes = 0
}

/// The state of one nameserver at one instant.
package struct NameserverDiagnostics: Hashable, Sendable {
    let server: Nameserver
    let counters: NameserverCounters
    /// The smoothed round-trip time; `nil` before the first answer.
    let roundTrip: Duration?
    /// True if the server is considered dead.
    let isFailed: Bool
    /// The number of failures in a row; an answer halves it.
    let failures: Int
    /// The time until the next probe; `nil` if no probe is due.
    let backoff: Duration?
}

extension ResolverDiagnostics.Server {
    /// Creates the public form of the state of a nameserver.
    package init(_ known: NameserverDiagnostics) {
        let counters = known.counters
        self.init(
            server: known.server,
            queries: counters.queries,
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
