// SPDX-License-Identifier: Apache-2.0

/// What is remembered of one nameserver, and what follows from it. A pure value: times are handed in.
///
/// Silence is believed in two steps. A server that stayed silent in a resolution is doubted: others are asked before it,
/// and a probe asks it something that every server can answer. Only a probe in vain, or silence again, makes it failed;
/// Consul drops every answer about some services (a node with a name that DNS cannot carry), and such a service
/// must not take the others down with it. A refused connection needs no second opinion.
struct NameserverRecord: Sendable {
    typealias Instant = ContinuousClock.Instant

    enum Condition: Hashable, Sendable {
        /// Nothing speaks against it.
        case good
        /// It was silent when it should have spoken.
        case doubted
        /// It counts as dead.
        case failed
        /// It has answered after failures, but not as often as it takes to be trusted.
        case recovering
    }

    var counters = NameserverCounters()
    /// Whether it is passed over for servers that are much faster. Kept, because it takes less to stay slow than to become
    /// it: noise must not turn the order back and forth.
    var isSlow = false
    /// What the last resolution that it failed had to say about it.
    var lastFailure: [ResolutionFailure.Attempt] = []

    private(set) var roundTrip: RoundTripEstimate?
    /// Failures in a row. An answer takes back half of them, so that a server that comes and goes is paused for longer and
    /// longer, and one lost answer among many does not matter.
    private(set) var strikes = 0
    /// When anything happened last.
    private(set) var lastEvent: Instant
    private var state = Condition.good
    private var lastMeasured: Instant
    private var lastStrike: Instant?
    private var lastHeard: Instant?
    private var lastDatagram: Instant?
    private var streamsFirstUntil: Instant?
    /// When the next probe is due, unless it is good.
    private var probeDue: Instant
    /// When a resolution may ask it next, if it is failed.
    private var admittedFrom: Instant

    init(at now: Instant) {
        lastEvent = now
        lastMeasured = now
        probeDue = now
        admittedFrom = now
    }

    // MARK: What follows

    func condition(at now: Instant) -> Condition { isForgotten(at: now) ? .good : state }

    /// Whether so much time has passed since anything happened that it may be another server by now.
    private func isForgotten(at now: Instant) -> Bool { lastEvent.duration(to: now) >= NameserverPolicy.fading }

    /// The round-trip time to compare it by; the older, the less it counts.
    func score(at now: Instant) -> Duration? {
        roundTrip.map { $0.smoothed * NameserverRecord.weight(of: lastMeasured, at: now) }
    }

    /// What its failures add to that.
    func penalty(at now: Instant) -> Duration {
        NameserverPolicy.penalty * strikes * NameserverRecord.weight(of: lastStrike ?? lastEvent, at: now)
    }

    private static func weight(of moment: Instant, at now: Instant) -> Double {
        max(0, 1 - (moment.duration(to: now) / NameserverPolicy.fading))
    }

    /// How long it may take before another server is asked as well.
    func hedgeDelay(within bounds: ClosedRange<Duration>) -> Duration {
        guard let roundTrip else { return bounds.upperBound }
        return min(max(roundTrip.usual, bounds.lowerBound), bounds.upperBound)
    }

    func asksStreamsFirst(at now: Instant) -> Bool { streamsFirstUntil.map { now < $0 } ?? false }

    /// When the next probe is due; `nil` for a server that needs none.
    func nextProbe(at now: Instant) -> Instant? { condition(at: now) == .good ? nil : probeDue }

    private func wasHeard(since start: Instant) -> Bool { lastHeard.map { $0 >= start } ?? false }

    // MARK: What happens

    /// Whether a resolution may ask it now. If it is failed, the others have to wait for what comes of that.
    mutating func admit(at now: Instant) -> Bool {
        guard condition(at: now) == .failed else { return true }
        guard now >= admittedFrom else { return false }
        admittedFrom = now + NameserverPolicy.patience
        return true
    }

    mutating func beginProbe(at now: Instant) {
        counters.probes += 1
    }

    /// It has said something, whatever it was.
    mutating func heard(isDatagram: Bool, after elapsed: Duration, pause: (_ strikes: Int) -> Duration, at now: Instant)
    {
        touch(at: now)
        lastHeard = now
        if isDatagram {
            lastDatagram = now
            streamsFirstUntil = nil
        }
        // A server that was dead may have been started anew somewhere else: what it was is of no interest any more.
        if state == .failed { roundTrip = nil }
        measure(elapsed, at: now)
        guard state != .good else { return }
        strikes /= 2
        state = strikes == 0 ? .good : .recovering
        probeDue = now + pause(strikes)
    }

    /// Another server, which was asked later, has answered before it. It was asked for too long to have been in time.
    mutating func outpaced(since start: Instant, hedging bounds: ClosedRange<Duration>, at now: Instant) {
        let elapsed = start.duration(to: now)
        guard elapsed >= hedgeDelay(within: bounds), !wasHeard(since: start) else { return }
        touch(at: now)
        // What it would have taken is not known, only that it would have been more; too little to begin an estimate with.
        if let smoothed = roundTrip?.smoothed, elapsed > smoothed { measure(elapsed + .milliseconds(5), at: now) }
        doubt(at: now)
    }

    /// It was silent in a resolution.
    ///
    /// - Parameter isFair: Whether there was time enough for an answer.
    mutating func silent(since start: Instant, isFair: Bool, pause: (_ strikes: Int) -> Duration, at now: Instant) {
        guard isNews(since: start) else { return }
        touch(at: now)
        if isFair, strikes > 0 { return fail(since: start, pause: pause, at: now) }
        doubt(at: now)
        if isFair { addStrike(at: now) }
    }

    /// It cannot be reached, or a probe has had no answer.
    mutating func fail(since start: Instant, pause: (_ strikes: Int) -> Duration, at now: Instant) {
        guard isNews(since: start) else { return }
        touch(at: now)
        addStrike(at: now)
        let pause = pause(strikes)
        probeDue = now + pause
        // Probes in vain keep nobody away: who asks once a second is not to come too soon each time.
        if state != .failed { admittedFrom = now + min(pause, NameserverPolicy.patience) }
        state = .failed
    }

    /// TCP has answered what a datagram had not.
    mutating func lostDatagrams(since start: Instant, at now: Instant) {
        guard !(lastDatagram.map { $0 >= start } ?? false) else { return }
        streamsFirstUntil = now + NameserverPolicy.streamsFirst
    }

    /// Whether a failure says something new: not if the server has been heard since the question was sent, for then it
    /// was the question's fault or the network's; nor if it has failed since, for all that were under way fail together.
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
