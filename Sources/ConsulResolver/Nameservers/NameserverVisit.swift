// SPDX-License-Identifier: Apache-2.0

import ConsulDNS

/// One server's turn in one resolution.
struct NameserverVisit: Sendable {
    let server: Nameserver
    /// When to be done with it.
    let budget: Deadline
    let start: ContinuousClock.Instant
    /// Whether datagrams have not reached it of late.
    let asksStreamsFirst: Bool

    /// Whether a datagram has had no answer, in spite of the time there was.
    private(set) var lostDatagram = false
    /// Whether TCP has been tried after a datagram.
    private(set) var hasEscalated = false
    private var hasSentDatagram = false
    private var wasHeard = false
    private var kind: NameserverFailure.Kind?

    init(server: Nameserver, budget: Deadline, start: ContinuousClock.Instant, asksStreamsFirst: Bool) {
        self.server = server
        self.budget = budget
        self.start = start
        self.asksStreamsFirst = asksStreamsFirst
    }

    mutating func begin(over transport: DNSTransport) {
        switch transport {
        case .udp: hasSentDatagram = true
        case .tcp: hasEscalated = hasSentDatagram
        }
    }

    /// It has said something, whatever it was.
    mutating func hear() { wasHeard = true }

    /// A query has come to nothing.
    mutating func miss(_ error: DNSClientError, over transport: DNSTransport, timeout: Duration) {
        switch error.code {
        case .timedOut:
            let isFair = timeout >= NameserverPolicy.leastFairTime
            if transport == .udp, isFair { lostDatagram = true }
            if kind != .silence(isFair: true) { kind = .silence(isFair: isFair) }
        case .connectionFailed:
            kind = kind ?? .unreachable
        case .malformedAnswer:
            wasHeard = true
        default:
            // That is about us.
            break
        }
    }

    /// What it means for the server if this is all; `nil` if nothing.
    func failure(_ attempts: some Sequence<ResolutionFailure.Attempt>) -> NameserverFailure? {
        guard !wasHeard, let kind else { return nil }
        return NameserverFailure(server: server, kind: kind, start: start, attempts: Array(attempts))
    }
}
