// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import ResolutionModel
import ResolverSupport

/// State of one server's turn in one resolution.
package struct ServerAttempt: Sendable {
    let server: Nameserver
    /// The deadline of this turn.
    let budget: Deadline
    let circumstances: Circumstances
    /// The time to wait for an answer before another server is queried as well; `nil` to wait until the deadline.
    var patience: Duration?
    /// The queries to send; `nil` before the first query.
    var plan: TransportPlan?

    /// True if the server has taken longer than `patience`. The turn then continues beside that of another server.
    private(set) var isLate = false
    /// The time for which the current answer has been awaited before the turn continued.
    private(set) var waited = Duration.zero
    /// True if a datagram had no response although there was enough time for one.
    private(set) var lostDatagram = false
    /// True if TCP has been tried after UDP.
    private(set) var hasEscalated = false
    private var hasSentDatagram = false
    private var hasEnded = false
    private var wasHeard = false
    /// True if the remaining transports should be skipped: one transport is enough to see if a dead server is back.
    /// Probes detect a server that responds only over the other transport.
    var isVain: Bool { circumstances.isFailed && !wasHeard && hasEnded }
    private var kind: NameserverFailure.Kind?

    /// The facts known about the server when its turn starts.
    struct Circumstances: Sendable {
        let start: Moment
        /// True if datagrams have not reached the server recently.
        var asksStreamsFirst = false
        /// True if the server is considered dead, and is queried only because no other server is left, or to test it.
        var isFailed = false
        /// The time to wait for an answer before another server is queried as well.
        var hedgeDelay = NameserverPolicy().hedging.upperBound
    }

    init(server: Nameserver, budget: Deadline, _ circumstances: Circumstances) {
        self.server = server
        self.budget = budget
        self.circumstances = circumstances
    }

    var start: Moment { circumstances.start }

    /// Records that the server has not answered within `patience`.
    mutating func beLate(by patience: Duration) {
        isLate = true
        waited = patience
    }

    /// Continues the turn of a late server until its deadline.
    mutating func goOn() {
        isLate = false
        patience = nil
    }

    /// Records the end of the query over one transport.
    mutating func endTransport() {
        hasEnded = true
        waited = .zero
    }

    mutating func begin(over transport: DNSTransport) {
        switch transport {
        case .udp: hasSentDatagram = true
        case .tcp: hasEscalated = hasSentDatagram
        }
    }

    /// Records a response, whatever the response.
    mutating func hear() { wasHeard = true }

    /// Records a failed query.
    ///
    /// - Parameter isFair: True if silence counts as a failure: the server had enough time, and cannot have forwarded the
    ///   query. Otherwise silence proves little, and the server is at most doubted and probed: a datacenter that hangs
    ///   must not make it count as dead for local lookups.
    mutating func miss(_ error: DNSClientError, over transport: DNSTransport, isFair: Bool) {
        switch error.code {
        case .timedOut:
            if transport == .udp, isFair { lostDatagram = true }
            if kind != .silence(isFair: true) { kind = .silence(isFair: isFair) }
        case .connectionFailed:
            kind = kind ?? .unreachable
        case .malformedAnswer:
            wasHeard = true
        case .suspectedForgery:
            // The server is not at fault. If TCP works, it is used first for a while.
            if transport == .udp { lostDatagram = true }
        default:
            // A local failure; it says nothing about the server.
            break
        }
    }

    /// Returns the server's failure if its turn has ended without a response; otherwise `nil`.
    func failure(_ attempts: some Sequence<ResolutionFailure.Attempt>) -> NameserverFailure? {
        guard !isLate, !wasHeard, let kind else { return nil }
        return NameserverFailure(server: server, kind: kind, start: start, attempts: Array(attempts))
    }
}

/// The failure of a nameserver that one resolution has queried over every transport without an answer.
struct NameserverFailure: Sendable {
    enum Kind: Hashable, Sendable {
        /// The server refuses connections, or there is no route to it.
        case unreachable
        /// The server did not respond. The failure is fair if the server had enough time to respond.
        case silence(isFair: Bool)
    }

    let server: Nameserver
    let kind: Kind
    /// The time of the first query.
    let start: Moment
    /// The failed attempts, for error messages.
    let attempts: [ResolutionFailure.Attempt]
}
