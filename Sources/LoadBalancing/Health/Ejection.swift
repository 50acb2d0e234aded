// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// The state machine that ejects one endpoint, as a circuit breaker: closed, ejected, half-open with a probe at a time,
/// closed.
///
/// It asks for an ejection and does not eject by itself, because only the balancer sees all endpoints and knows whether
/// one more may go. An ejection that is not allowed has no effect: what has been counted stays, so the next failure
/// asks again.
struct Ejection: Sendable {
    private(set) var state = State.closed
    /// The number of times that the endpoint has come in again. Requests that began in an earlier life say nothing
    /// about this one.
    private(set) var life: UInt32 = 0
    private var evidence: FailureEvidence
    private var time: DoublingInterval
    /// The moment when the endpoint came in. A new endpoint has always been in.
    private var closedSince = Moment(nanoseconds: .min)
    private var hasProbe = false

    init(_ rules: EjectionRules) {
        evidence = FailureEvidence(rules)
        time = DoublingInterval(base: rules.baseTime, most: rules.maximumTime)
    }

    /// True if the endpoint is out: half-open is not in yet.
    var isEjected: Bool { state != .closed }

    /// The requests that the endpoint may get.
    var admission: Admission {
        switch state {
        case .closed: .all
        case .ejected: .ejected
        case .halfOpen: hasProbe ? .probeUnderWay : .probe
        }
    }

    /// Counts the outcome of a request that was not a probe.
    ///
    /// Requests that began before the endpoint came back are ignored: a black hole's last requests run into their
    /// timeout long after the first probe may have found it well. While the endpoint is out, no outcome counts:
    /// failures cannot eject it twice, and a late success is older than the reason for the ejection.
    ///
    /// - Parameter life: The ``life`` in which the request began, which is known without a clock.
    mutating func observe(_ outcome: Outcome, life: UInt32, at now: Moment) -> Verdict {
        guard state == .closed, life == self.life, let reason = evidence.count(outcome, at: now) else {
            return .nothing
        }
        return .wantsEjection(reason)
    }

    /// Ejects the endpoint and returns the end of the ejection; `nil` if it was out already, as when two requests have
    /// asked for the ejection at once.
    ///
    /// - Parameter chance: within 0..<1.
    mutating func eject(at now: Moment, chance: Double) -> Moment? {
        guard state == .closed else { return nil }
        // The longest ejection is also the time after which one step is forgiven: an endpoint that does not stay in for
        // as long as it would be out has not shown much. With less, an endpoint that fails once a minute began anew
        // each time.
        time.shorten(times: now.nanoseconds(since: closedSince).count / time.most)
        return takeOut(at: now, chance: chance)
    }

    /// Half-opens the endpoint if its time is over; returns true if it did so now.
    mutating func becomeHalfOpen(at now: Moment) -> Bool {
        guard case .ejected(let until) = state, now >= until else { return false }
        state = .halfOpen
        return true
    }

    /// Takes the only place for a probe; returns `false` if that is taken, or if the endpoint is not half-open.
    mutating func beginProbe() -> Bool {
        guard state == .halfOpen, !hasProbe else { return false }
        hasProbe = true
        return true
    }

    /// Ends a probe. One that shows nothing makes room for the next, and so does an error that the caller is to blame
    /// for: a proxy answers 404 for a service that is gone.
    ///
    /// - Parameters:
    ///   - life: The ``life`` in which the probe began: another check may have found the endpoint well meanwhile.
    ///   - chance: within 0..<1.
    mutating func observeProbe(_ outcome: Outcome, life: UInt32, at now: Moment, chance: Double) -> Verdict {
        guard state == .halfOpen, life == self.life else { return .nothing }
        hasProbe = false
        switch outcome.ending {
        case .neutral:
            return .nothing
        case .success:
            close(at: now)
            return .restored
        case .failure(let kind):
            return kind.cause == .client ? .nothing : .ejected(until: takeOut(at: now, chance: chance))
        }
    }

    /// Puts the endpoint back in, because another check, such as an active one, has found it well; returns true if it
    /// was out. The length of the last ejection is not forgotten: checks do not always exercise what fails.
    mutating func reinstate(at now: Moment) -> Bool {
        guard isEjected else { return false }
        close(at: now)
        return true
    }

    private mutating func close(at now: Moment) {
        state = .closed
        closedSince = now
        life &+= 1
        hasProbe = false
    }

    /// Begins an ejection. Half of the time is certain and half is random ("equal jitter"), so that clients that eject
    /// together, because they all saw the same crash, do not come back together.
    private mutating func takeOut(at now: Moment, chance: Double) -> Moment {
        let (whole, half) = (time.length, time.length / 2)
        time.lengthen()
        evidence.forget()
        let until = now + .nanoseconds(whole - half + Int64(Double(half) * chance.clampedToUnit))
        state = .ejected(until: until)
        return until
    }
}

extension Ejection {
    enum State: Hashable, Sendable {
        /// In: the endpoint gets requests.
        case closed
        /// Out until that moment.
        case ejected(until: Moment)
        /// Out, but the time is over; one request at a time shows whether the endpoint has recovered.
        case halfOpen
    }

    /// The requests that an endpoint may get, as far as ejection is concerned.
    enum Admission: UInt8 {
        /// All requests.
        case all
        /// One request, which shows whether the endpoint has recovered.
        case probe
        /// No requests besides that one, which is under way.
        case probeUnderWay
        /// No requests.
        case ejected
    }

    /// The rule of ``EjectionPolicy`` that was met.
    enum Reason: Hashable, Sendable {
        case consecutiveConnectFailures
        case consecutiveFailures
        case successRate
    }

    /// The consequence of an outcome.
    enum Verdict: Hashable, Sendable {
        case nothing
        /// The endpoint should be ejected. Whether it may be depends on the others (``EjectionQuota``): the receiver
        /// calls `eject`, or does not answer at all.
        case wantsEjection(Reason)
        /// A probe has failed, and the endpoint is out again. This needs no permission: it was out before.
        case ejected(until: Moment)
        /// A probe has succeeded, and the endpoint is in again.
        case restored
    }
}
