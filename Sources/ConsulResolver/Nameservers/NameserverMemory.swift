// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire

/// What is remembered of the nameservers: in which order to ask them, when to ask a second one, whom to leave alone for a
/// while, and whom to look after.
///
/// A pure value: times and chance are handed in. What each server is worth is decided in ``NameserverRecord``.
struct NameserverMemory: Sendable {
    typealias Instant = ContinuousClock.Instant

    private struct Entry {
        let server: Nameserver
        var record: NameserverRecord
    }

    private let policy: NameserverPolicy
    private let capacity: Int
    /// A list, because there are few of them, and comparing a few addresses costs less than hashing one.
    private var entries: [Entry] = []
    /// When somebody resolved something last.
    private var lastDemand: Instant?

    /// - Parameter capacity: How many servers are remembered; names may lead to other addresses again and again.
    init(policy: NameserverPolicy = NameserverPolicy(), capacity: Int = 64) {
        self.policy = policy
        self.capacity = max(capacity, 1)
    }

    // MARK: What to do

    /// Where each server stands among the given ones: much slower ones stand behind the comparably good, and those that may
    /// be dead last. One that nothing is known of is good.
    mutating func standings(of servers: [Nameserver], at now: Instant) -> [NameserverStanding] {
        let indices = servers.map { index(of: $0) }
        let best = indices.compactMap { index -> Duration? in
            guard let index, entries[index].record.condition(at: now) == .good else { return nil }
            return entries[index].record.score(at: now)
        }.min()
        return indices.map { index in
            guard let index else { return .good }
            return entries[index].record.standing(against: best, at: now)
        }
    }

    /// How long to wait for a server before another is asked beside it.
    func hedgeDelay(of server: Nameserver) -> Duration {
        index(of: server).map { entries[$0].record.hedgeDelay(within: policy.hedging) } ?? policy.hedging.upperBound
    }

    /// Whether TCP goes first, because datagrams do not arrive.
    func asksStreamsFirst(of server: Nameserver, at now: Instant) -> Bool {
        index(of: server).map { entries[$0].record.asksStreamsFirst(at: now) } ?? false
    }

    /// When a server is to be probed; `nil` when there is no need to, or nobody who would care.
    func nextProbe(of server: Nameserver, at now: Instant) -> Instant? {
        guard let lastDemand, lastDemand.duration(to: now) < NameserverPolicy.interest else { return nil }
        return index(of: server).flatMap { entries[$0].record.nextProbe(at: now) }
    }

    /// The servers that have to be looked after.
    func troubled(at now: Instant) -> [Nameserver] {
        entries.lazy.filter { $0.record.condition(at: now) != .good }.map(\.server)
    }

    /// Whether a server counts as dead.
    func isFailed(_ server: Nameserver, at now: Instant) -> Bool {
        index(of: server).map { entries[$0].record.condition(at: now) == .failed } ?? false
    }

    /// What the last resolution that a server failed had to say about it.
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

    // MARK: What happens

    /// Somebody resolves something, and wants to ask this server.
    ///
    /// - Returns: Whether it may be asked. Not if it is dead, and has been tried a moment ago.
    mutating func admit(_ server: Nameserver, at now: Instant) -> Bool {
        lastDemand = now
        return withRecord(of: server, at: now) { $0.admit(at: now) }
    }

    /// A server has answered somebody who resolves something.
    ///
    /// - Parameter code: What it said; `nil` for something that cannot be understood. Both are signs of life.
    mutating func answered(
        _ server: Nameserver,
        over transport: DNSTransport,
        _ code: ResponseCode?,
        after elapsed: Duration,
        chance: Double,
        at now: Instant
    ) {
        heard(server, over: transport, after: elapsed, chance: chance, at: now)
        count(server, at: now) { counters in
            if let code { counters.count(code) } else { counters.malformed += 1 }
        }
    }

    /// A server has answered a probe, whatever it said.
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

    /// A query to a server has come to nothing. What that says about the server is known when the resolution is done with
    /// it.
    mutating func missed(_ server: Nameserver, _ error: DNSClientError, at now: Instant) {
        withRecord(of: server, at: now) { $0.counters.count(error) }
    }

    /// A resolution has asked a server in vain, and is done with it.
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

    /// Another server has answered first, though it was asked later.
    mutating func outpaced(_ server: Nameserver, since start: Instant, at now: Instant) {
        let bounds = policy.hedging
        withRecord(of: server, at: now) { $0.outpaced(since: start, hedging: bounds, at: now) }
    }

    /// TCP has answered what datagrams sent since `start` had not.
    mutating func lostDatagrams(to server: Nameserver, since start: Instant, at now: Instant) {
        withRecord(of: server, at: now) { $0.lostDatagrams(since: start, at: now) }
    }

    /// A probe begins.
    ///
    /// - Returns: Whether it is still wanted.
    mutating func beginProbe(of server: Nameserver, at now: Instant) -> Bool {
        guard let due = nextProbe(of: server, at: now), due <= now else { return false }
        withRecord(of: server, at: now) { $0.beginProbe(at: now) }
        return true
    }

    mutating func count(_ server: Nameserver, at now: Instant, _ change: (inout NameserverCounters) -> Void) {
        withRecord(of: server, at: now) { change(&$0.counters) }
    }

    /// Nobody will ask this server again.
    mutating func forget(_ server: Nameserver) {
        entries.removeAll { $0.server == server }
    }

    // MARK: Records

    private func index(of server: Nameserver) -> Int? { entries.firstIndex { $0.server == server } }

    private mutating func withRecord<Output>(
        of server: Nameserver,
        at now: Instant,
        _ body: (inout NameserverRecord) -> Output
    ) -> Output {
        if let index = index(of: server) { return body(&entries[index].record) }
        if entries.count >= capacity {
            let oldest = entries.indices.min { entries[$0].record.lastEvent < entries[$1].record.lastEvent }
            if let oldest { entries.remove(at: oldest) }
        }
        entries.append(Entry(server: server, record: NameserverRecord(at: now)))
        return body(&entries[entries.count - 1].record)
    }
}

extension NameserverRecord {
    /// - Parameter best: The shortest round-trip time of those to be compared with.
    fileprivate mutating func standing(against best: Duration?, at now: Instant) -> NameserverStanding {
        guard condition(at: now) == .good else { return .doubtful(penalty(at: now)) }
        guard let best, let score = score(at: now) else { return .good }
        // Some milliseconds are no reason to leave the server that is preferred, however often they make up the other's.
        if score > best * 3 + .milliseconds(20) { isSlow = true }
        if score <= best * 2 + .milliseconds(10) { isSlow = false }
        return isSlow ? .slow(score) : .good
    }
}
