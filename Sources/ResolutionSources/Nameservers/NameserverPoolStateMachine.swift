// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire
import ResolutionModel
import ResolverSupport

/// The history of all nameservers. It decides the order in which they are queried, the delay before a hedge, which
/// servers are skipped, and which are probed.
///
/// A pure value: the caller passes times and random numbers. ``NameserverHealth`` judges each single server.
struct NameserverPoolStateMachine: Sendable {
    typealias Instant = Moment

    private struct Entry {
        let server: Nameserver
        var record: NameserverHealth
    }

    private let policy: NameserverPolicy
    private let capacity: Int
    /// A list, because entries are few, and comparing a few addresses costs less than hashing one.
    private var entries: [Entry] = []
    /// The time of the latest resolution.
    private var lastDemand: Instant?

    /// - Parameter capacity: The maximum number of servers. It bounds memory, since names may keep changing their
    ///   addresses.
    init(policy: NameserverPolicy = NameserverPolicy(), capacity: Int = 64) {
        self.policy = policy
        self.capacity = max(capacity, 1)
    }

    // MARK: Decisions

    /// Returns the rank of each server among the given ones: much slower servers follow after good ones, and servers
    /// that may be dead come last. A server without history is good.
    mutating func standings(of servers: [Nameserver], at now: Instant) -> [SelectionRank] {
        let indices = servers.map { index(of: $0) }
        let best = indices.compactMap { index -> Duration? in
            guard let index, entries[index].record.condition(at: now) == .good else { return nil }
            return entries[index].record.score(at: now)
        }.min()
        return indices.map { index in
            guard let index else { return .good }
            return entries[index].record.rank(against: best, at: now)
        }
    }

    /// Returns the time to wait for a server before another is queried beside it.
    func hedgeDelay(of server: Nameserver) -> Duration {
        index(of: server).map { entries[$0].record.hedgeDelay(within: policy.hedging) } ?? policy.hedging.upperBound
    }

    /// Returns true if a server is queried over TCP first, because datagrams do not arrive.
    func asksStreamsFirst(of server: Nameserver, at now: Instant) -> Bool {
        index(of: server).map { entries[$0].record.asksStreamsFirst(at: now) } ?? false
    }

    /// Returns the time of the next probe of a server; `nil` if the server is good, or no resolution was made recently.
    func nextProbe(of server: Nameserver, at now: Instant) -> Instant? {
        guard let lastDemand, lastDemand.duration(to: now) < NameserverPolicy.interest else { return nil }
        return index(of: server).flatMap { entries[$0].record.nextProbe(at: now) }
    }

    /// Returns the servers that need probes.
    func troubled(at now: Instant) -> [Nameserver] {
        entries.lazy.filter { $0.record.condition(at: now) != .good }.map(\.server)
    }

    /// Returns true if a server is considered dead.
    func isFailed(_ server: Nameserver, at now: Instant) -> Bool {
        index(of: server).map { entries[$0].record.condition(at: now) == .failed } ?? false
    }

    /// Returns the failed attempts of the latest resolution in which a server failed.
    func lastFailure(of server: Nameserver) -> [ResolutionFailure.Attempt] {
        index(of: server).map { entries[$0].record.lastFailure } ?? []
    }

    func diagnostics(at now: Instant) -> [NameserverDiagnostics] {
        entries.map { entry in
            let record = entry.record
            return NameserverDiagnostics(
                server: entry.server,
                counters: record.counters,
                roundTrip: record.roundTrip?.smoothed,
                isFailed: record.condition(at: now) == .failed,
                failures: record.condition(at: now) == .good ? 0 : record.strikes,
                backoff: record.nextProbe(at: now).map { max(.zero, now.duration(to: $0)) }
            )
        }
    }

    // MARK: Events

    /// Decides if a resolution may query a server, and records the resolution.
    ///
    /// - Returns: False if the server is dead and was tried a moment ago.
    mutating func admit(_ server: Nameserver, at now: Instant) -> Bool {
        lastDemand = now
        return withRecord(of: server, at: now) { $0.admit(at: now) }
    }

    /// Records a server's response to a resolution.
    ///
    /// - Parameter code: The response code; `nil` for a malformed response. Either way, the server is alive.
    mutating func answered(
        _ server: Nameserver,
        over transport: DNSTransport,
        _ code: ResponseCode?,
        after elapsed: Duration,
        chance: Double,
        at now: Instant
    ) {
        heard(server, over: transport, after: elapsed, chance: chance, at: now)
        count(server, at: now) { $0.queries.count(QueryOutcome(code)) }
    }

    /// Records a server's response to a probe, whatever the response.
    mutating func answeredProbe(
        _ server: Nameserver,
        over transport: DNSTransport,
        after elapsed: Duration,
        chance: Double,
        at now: Instant
    ) {
        heard(server, over: transport, after: elapsed, chance: chance, at: now)
    }

    private mutating func heard(
        _ server: Nameserver,
        over transport: DNSTransport,
        after elapsed: Duration,
        chance: Double,
        at now: Instant
    ) {
        let policy = policy
        withRecord(of: server, at: now) { record in
            record.heard(
                isDatagram: transport == .udp,
                after: elapsed,
                pause: { policy.pause(after: $0, chance: chance) },
                at: now
            )
        }
    }

    /// Counts a failed query. The server is judged later, when the resolution is done with it.
    mutating func missed(_ server: Nameserver, _ error: DNSClientError, at now: Instant) {
        withRecord(of: server, at: now) { $0.counters.queries.count(QueryOutcome(error)) }
    }

    /// Records a server that did not respond to a resolution over any transport.
    mutating func failed(_ failure: NameserverFailure, chance: Double, at now: Instant) {
        let policy = policy
        let pause = { policy.pause(after: $0, chance: chance) }
        withRecord(of: failure.server, at: now) { record in
            if !failure.attempts.isEmpty { record.lastFailure = failure.attempts }
            switch failure.kind {
            case .unreachable: record.fail(since: failure.start, pause: pause, at: now)
            case .silence(let isFair): record.silent(since: failure.start, isFair: isFair, pause: pause, at: now)
            }
        }
    }

    /// Records that another server, which was queried later, answered first.
    mutating func outpaced(_ server: Nameserver, since start: Instant, at now: Instant) {
        let bounds = policy.hedging
        withRecord(of: server, at: now) { $0.outpaced(since: start, hedging: bounds, at: now) }
    }

    /// Records that the server answered over TCP after no response to datagrams sent since `start`.
    mutating func lostDatagrams(to server: Nameserver, since start: Instant, at now: Instant) {
        withRecord(of: server, at: now) { $0.lostDatagrams(since: start, at: now) }
    }

    /// Records the start of a probe.
    ///
    /// - Returns: False if the probe is no longer due.
    mutating func beginProbe(of server: Nameserver, at now: Instant) -> Bool {
        guard let due = nextProbe(of: server, at: now), due <= now else { return false }
        withRecord(of: server, at: now) { $0.counters.probes += 1 }
        return true
    }

    mutating func count(_ server: Nameserver, at now: Instant, _ change: (inout NameserverCounters) -> Void) {
        withRecord(of: server, at: now) { change(&$0.counters) }
    }

    /// Forgets a server that will not be queried again.
    mutating func forget(_ server: Nameserver) {
        entries.removeAll { $0.server == server }
    }

    // MARK: Records

    private func index(of server: Nameserver) -> Int? { entries.firstIndex { $0.server == server } }

    private mutating func withRecord<Output>(
        of server: Nameserver,
        at now: Instant,
        _ body: (inout NameserverHealth) -> Output
    ) -> Output {
        if let index = index(of: server) { return body(&entries[index].record) }
        if entries.count >= capacity {
            let oldest = entries.indices.min { entries[$0].record.lastEvent < entries[$1].record.lastEvent }
            if let oldest { entries.remove(at: oldest) }
        }
        entries.append(Entry(server: server, record: NameserverHealth(at: now)))
        return body(&entries[entries.count - 1].record)
    }
}

extension NameserverHealth {
    /// Returns the server's rank.
    ///
    /// - Parameter best: The shortest round-trip time of the good servers compared.
    fileprivate mutating func rank(against best: Duration?, at now: Instant) -> SelectionRank {
        guard condition(at: now) == .good else { return .doubtful(penalty(at: now)) }
        guard let best, let score = score(at: now) else { return .good }
        // A difference of a few milliseconds does not displace the preferred server, however large the ratio.
        if score > best * 3 + .milliseconds(20) { isSlow = true }
        if score <= best * 2 + .milliseconds(10) { isSlow = false }
        return isSlow ? .slow(score) : .good
    }
}
