// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire
import ResolutionModel

/// The outcomes of the queries to one nameserver. Each query is counted under one outcome. A query whose caller was
/// canceled is not counted.
struct NameserverCounters: Hashable, Sendable {
    /// Answers about the name, NXDOMAIN included.
    var answered = 0
    /// Queries without an answer in time.
    var timedOut = 0
    /// Refused or reset connections, and an unreachable server.
    var connectionFailed = 0
    /// SERVFAIL responses.
    var serverFailure = 0
    /// REFUSED responses.
    var refused = 0
    /// Malformed responses, and responses that do not answer the query.
    var malformed = 0
    /// Other response codes, and queries that could not be sent.
    var other = 0
    /// Answers over TCP to queries that a datagram had not answered conclusively.
    var escalations = 0
    /// Hedges: queries to this server while another server was late.
    var hedgesSent = 0
    /// Hedges in which this server answered first.
    var hedgesWon = 0
    /// Background probes for recovery; not counted as queries.
    var probes = 0

    mutating func count(_ code: ResponseCode) {
        switch code {
        case .noError, .nameError: answered += 1
        case .serverFailure: serverFailure += 1
        case .refused: refused += 1
        default: other += 1
        }
    }

    mutating func count(_ error: DNSClientError) {
        switch error.code {
        case .timedOut: timedOut += 1
        case .connectionFailed: connectionFailed += 1
        case .malformedAnswer: malformed += 1
        default: other += 1
        }
    }
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
