// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire

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
