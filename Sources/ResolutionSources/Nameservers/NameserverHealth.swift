// SPDX-License-Identifier: Apache-2.0

import ResolutionModel
import ResolverSupport

/// The history and condition of one nameserver. A pure value: the caller passes the times.
///
/// Silence makes a server failed in two steps. A server that is silent in one resolution is doubted: other servers are
/// queried before it, and it is probed with a query that every server can answer. It is failed only if the probe is not
/// answered, or after further silence. Consul drops every answer about some services (a node with a name that DNS
/// cannot carry), and such a service must not make the server count as dead for the others. A refused connection makes
/// the server failed at once.
struct NameserverHealth: Sendable {
    typealias Instant = Moment

    enum Condition: Hashable, Sendable {
        /// The server responds, or has no history.
        case good
        /// The server did not respond when it should have.
        case doubted
        /// The server is considered dead.
        case failed
        /// The server has responded after failures, but not often enough to be trusted.
        case recovering
    }

    var counters = NameserverCounters()
    /// True if much faster servers are preferred to this one. A smaller difference keeps a server slow
    /// than makes it slow, so that noise does not turn the order back and forth.
    var isSlow = false
    /// The failed attempts of the latest resolution in which the server failed.
    var lastFailure: [ResolutionFailure.Attempt] = []

    private(set) var roundTrip: RoundTripEstimate?
    /// The number of failures in a row. An answer halves it, so that the pauses of a flapping server grow, and one lost
    /// answer among many does not matter.
    private(set) var strikes = 0
    /// The time of the latest event.
    private(set) var lastEvent: Instant
    private var state = Condition.good
    private var lastMeasured: Instant
    private var lastStrike: Instant?
    private var lastHeard: Instant?
    private var lastDatagram: Instant?
    private var streamsFirstUntil: Instant?
    /// The time of the next probe, unless the server is good.
    private var probeDue: Instant
    /// The time from which a resolution may query the server, if it is failed.
    private var admittedFrom: Instant

    init(at now: Instant) {
        lastEvent = now
        lastMeasured = now
        probeDue = now
        admittedFrom = now
    }

    // MARK: Decisions

    func condition(at now: Instant) -> Condition { isForgotten(at: now) ? .good : state }

    /// Returns true if the latest event is so long ago that another server may have the address by now.
    private func isForgotten(at now: Instant) -> Bool { lastEvent.duration(to: now) >= NameserverPolicy.fading }

    /// Returns the round-trip time for comparisons, weighted by its age: the older, the less it counts.
    func score(at now: Instant) -> Duration? {
        roundTrip.map { $0.smoothed * NameserverHealth.weight(of: lastMeasured, at: now) }
    }

    /// Returns the time that the server's failures add to its round-trip time.
    func penalty(at now: Instant) -> Duration {
        NameserverPolicy.penalty * strikes * NameserverHealth.weight(of: lastStrike ?? lastEvent, at: now)
    }

    private static func weight(of moment: Instant, at now: Instant) -> Double {
        max(0, 1 - (moment.duration(to: now) / NameserverPolicy.fading))
    }

    /// Returns the time to wait for an answer before another server is queried as well.
    func hedgeDelay(within bounds: ClosedRange<Duration>) -> Duration {
        guard let roundTrip else { return bounds.upperBound }
        return min(max(roundTrip.usual, bounds.lowerBound), bounds.upperBound)
    }

    func asksStreamsFirst(at now: Instant) -> Bool { streamsFirstUntil.map { now < $0 } ?? false }

    /// Returns the time of the next probe; `nil` for a server that needs none.
    func nextProbe(at now: Instant) -> Instant? { condition(at: now) == .good ? nil : probeDue }

    private func wasHeard(since start: Instant) -> Bool { lastHeard.map { $0 >= start } ?? false }

    // MARK: Events

    /// Returns true if a resolution may query the server now. While the server is failed, other resolutions skip it for
    /// ``NameserverPolicy/patience`` after that.
    mutating func admit(at now: Instant) -> Bool {
        guard condition(at: now) == .failed else { return true }
        guard now >= admittedFrom else { return false }
        admittedFrom = now + NameserverPolicy.patience
        return true
    }

    /// Records a response, whatever the response.
    mutating func heard(isDatagram: Bool, after elapsed: Duration, pause: (_ strikes: Int) -> Duration, at now: Instant)
    {
        touch(at: now)
        lastHeard = now
        if isDatagram {
            lastDatagram = now
            streamsFirstUntil = nil
        }
        // A server that was dead may have been restarted elsewhere, so its old round-trip time does not apply.
        if state == .failed { roundTrip = nil }
        measure(elapsed, at: now)
        guard state != .good else { return }
        strikes /= 2
        state = strikes == 0 ? .good : .recovering
        probeDue = now + pause(strikes)
    }

    /// Records that another server, which was queried later, answered first. It counts only if this server has taken
    /// longer than its hedge delay.
    mutating func outpaced(since start: Instant, hedging bounds: ClosedRange<Duration>, at now: Instant) {
        let elapsed = start.duration(to: now)
        guard elapsed >= hedgeDelay(within: bounds), !wasHeard(since: start) else { return }
        touch(at: now)
        // The true round-trip time is unknown, only that it is longer than `elapsed`: not enough for a first estimate.
        if let smoothed = roundTrip?.smoothed, elapsed > smoothed { measure(elapsed + .milliseconds(5), at: now) }
        doubt(at: now)
    }

    /// Records that the server did not respond to a resolution.
    ///
    /// - Parameter isFair: True if the server had enough time to respond.
    mutating func silent(since start: Instant, isFair: Bool, pause: (_ strikes: Int) -> Duration, at now: Instant) {
        guard isNews(since: start) else { return }
        touch(at: now)
        if isFair, strikes > 0 { return fail(since: start, pause: pause, at: now) }
        doubt(at: now)
        if isFair { addStrike(at: now) }
    }

    /// Records that the server is unreachable, or has not responded to a probe.
    mutating func fail(since start: Instant, pause: (_ strikes: Int) -> Duration, at now: Instant) {
        guard isNews(since: start) else { return }
        touch(at: now)
        addStrike(at: now)
        let pause = pause(strikes)
        probeDue = now + pause
        // A failed probe does not postpone admission. Otherwise, a caller that resolves once a second could be refused
        // each time.
        if state != .failed { admittedFrom = now + min(pause, NameserverPolicy.patience) }
        state = .failed
    }

    /// Records that the server answered over TCP after no response to a datagram.
    mutating func lostDatagrams(since start: Instant, at now: Instant) {
        guard !(lastDatagram.map { $0 >= start } ?? false) else { return }
        streamsFirstUntil = now + NameserverPolicy.streamsFirst
    }

    /// Returns true if a failure is new information. It is not if the server has responded since the query was sent:
    /// then the query or the network was at fault. Nor is it if the server has failed since: all queries in flight fail
    /// together.
    private func isNews(since start: Instant) -> Bool {
        !wasHeard(since: start) && (lastStrike.map { start >= $0 } ?? true)
    }

    private mutating func touch(at now: Instant) {
        if isForgotten(at: now) {
            state = .good
            strikes = 0
        }
        lastEvent = max(lastEvent, now)
    }

    private mutating func doubt(at now: Instant) {
        guard state == .good else { return }
        state = .doubted
        probeDue = now
    }

    private mutating func addStrike(at now: Instant) {
        strikes = min(strikes + 1, 32)
        lastStrike = now
    }

    private mutating func measure(_ elapsed: Duration, at now: Instant) {
        lastMeasured = now
        if roundTrip == nil {
            roundTrip = RoundTripEstimate(first: elapsed)
        } else {
            roundTrip?.add(elapsed)
        }
    }
}

/// The round-trip time of a nameserver and its variation: the estimator of RFC 6298 section 2.
///
/// The variation defines "longer than usual": a server that always takes 40 ms is late after 50 ms, and a server that
/// takes anything between 1 and 40 ms is not.
struct RoundTripEstimate: Hashable, Sendable {
    private(set) var smoothed: Duration
    private(set) var variation: Duration

    init(first sample: Duration) {
        smoothed = sample
        variation = sample / 2
    }

    /// The time within which nearly all answers arrive.
    var usual: Duration { smoothed + variation * 4 }

    mutating func add(_ sample: Duration) {
        let deviation = sample - smoothed
        variation += ((deviation < .zero ? .zero - deviation : deviation) - variation) / 4
        smoothed += deviation / 8
    }
}

/// The rank of a nameserver among others. Servers of lower rank are queried earlier; equal ones in the configured
/// order.
enum SelectionRank: Comparable, Sendable {
    /// About as fast as the best, or without history.
    case good
    /// It responds, but takes much longer than the best.
    case slow(Duration)
    /// It may be dead. The duration is its penalty, which grows with the number of failures.
    case doubtful(Duration)

    /// Returns the order in which to query servers of these ranks, as indices.
    static func order(of standings: [SelectionRank]) -> [Int] {
        standings.indices.sorted { (standings[$0], $0) < (standings[$1], $1) }
    }

    var isDoubtful: Bool { if case .doubtful = self { true } else { false } }
}
