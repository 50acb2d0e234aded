// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire

/// What has become of the queries to one nameserver. Every query is counted under one outcome; those whose waiter left are
/// counted under none.
struct NameserverCounters: Hashable, Sendable {
    /// Answers about the name, "there is no such name" included.
    var answered = 0
    /// No answer in time.
    var timedOut = 0
    /// Refused, reset or unreachable.
    var connectionFailed = 0
    /// SERVFAIL.
    var serverFailure = 0
    /// REFUSED.
    var refused = 0
    /// What is not an answer to the question.
    var malformed = 0
    /// Other response codes, and queries that could not be sent.
    var other = 0
    /// Answers over TCP to what a datagram had not answered, or not for certain.
    var escalations = 0
    /// How often it was asked beside another server that was late.
    var hedgesSent = 0
    /// How often it was the one that answered then.
    var hedgesWon = 0
    /// Background questions whether it is there again; not counted as queries.
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
