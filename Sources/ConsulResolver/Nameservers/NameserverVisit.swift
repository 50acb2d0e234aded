// SPDX-License-Identifier: Apache-2.0

import ConsulDNS

/// One server's turn in one resolution.
struct NameserverVisit: Sendable {
    let server: Nameserver
    /// When to be done with it.
    let budget: Deadline
    let circumstances: Circumstances
    /// How long to wait for an answer before another server is asked as well; `nil` for as long as there is time.
    var patience: Duration?
    /// How to ask it; `nil` until it is asked.
    var plan: TransportPlan?

    /// Whether it has taken longer than that. The visit is not over: it goes on beside another one.
    private(set) var isLate = false
    /// What was waited for the present answer before.
    private(set) var waited = Duration.zero
    /// Whether a datagram has had no answer, in spite of the time there was.
    private(set) var lostDatagram = false
    /// Whether TCP has been tried after a datagram.
    private(set) var hasEscalated = false
    private var hasSentDatagram = false
    private var hasEnded = false
    private var wasHeard = false
    /// Whether to go no further: one transport is enough to see whether a dead server is back. That nothing but the other
    /// gets through is for probes to find out.
    var isVain: Bool { circumstances.isFailed && !wasHeard && hasEnded }
    private var kind: NameserverFailure.Kind?

    /// What is known of the server when its turn comes.
    struct Circumstances: Sendable {
        let start: ContinuousClock.Instant
        /// Whether datagrams have not reached it of late.
        var asksStreamsFirst = false
        /// Whether it counts as dead, and is only asked because there is nobody else, or to see.
        var isFailed = false
        /// How long it may take before another one is asked as well.
        var hedgeDelay = NameserverPolicy().hedging.upperBound
    }

    init(server: Nameserver, budget: Deadline, _ circumstances: Circumstances) {
        self.server = server
        self.budget = budget
        self.circumstances = circumstances
    }

    var start: ContinuousClock.Instant { circumstances.start }

    /// It has not answered within its time.
    mutating func beLate(by patience: Duration) {
        isLate = true
        waited = patience
    }

    /// Goes on with a late server, for as long as there is time.
    mutating func goOn() {
        isLate = false
        patience = nil
    }

    /// It has been asked over one transport, and is asked over the next, if at all.
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

    /// It has said something, whatever it was.
    mutating func hear() { wasHeard = true }

    /// A query has come to nothing.
    ///
    /// - Parameter mayBePassedOn: Whether the server may have had to ask elsewhere. Its silence is then not its own, so it is
    ///   doubted and probed at most: a datacenter that hangs must not make the server count as dead for local lookups.
    mutating func miss(
        _ error: DNSClientError,
        over transport: DNSTransport,
        timeout: Duration,
        mayBePassedOn: Bool = false
    ) {
        switch error.code {
        case .timedOut:
            let isFair = timeout >= Deadline.leastFairTime && !mayBePassedOn
            if transport == .udp, isFair { lostDatagram = true }
            if kind != .silence(isFair: true) { kind = .silence(isFair: isFair) }
        case .connectionFailed:
            kind = kind ?? .unreachable
        case .malformedAnswer:
            wasHeard = true
        case .suspectedForgery:
            // The server is not to blame. TCP goes first for a while, if it works.
            if transport == .udp { lostDatagram = true }
        default:
            // That is about us.
            break
        }
    }

    /// What it means for the server if this is all; `nil` if nothing.
    func failure(_ attempts: some Sequence<ResolutionFailure.Attempt>) -> NameserverFailure? {
        guard !isLate, !wasHeard, let kind else { return nil }
        return NameserverFailure(server: server, kind: kind, start: start, attempts: Array(attempts))
    }
}
