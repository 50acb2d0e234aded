// SPDX-License-Identifier: Apache-2.0

/// Whether one endpoint is in, as a circuit breaker: closed, ejected, half-open with a probe at a time, closed.
///
/// It asks to be ejected and does not eject itself, because only who sees all endpoints knows whether one more may go.
/// Who may not eject does nothing: what has been counted stays, so the next failure asks again.
struct Ejection: Sendable {
    private(set) var state = State.closed
    /// How often it has come in again. What began in an earlier life tells of another time.
    private(set) var life: UInt32 = 0
    private var evidence: FailureEvidence
    private var time: DoublingInterval
    /// When it came in. A new endpoint has always been.
    private var closedSince = Moment(nanoseconds: .min)
    private var hasProbe = false

    init(_ rules: EjectionRules) {
        evidence = FailureEvidence(rules)
        time = DoublingInterval(base: rules.baseTime, most: rules.maximumTime)
    }

    /// Whether it is out: half-open is not in yet.
    var isEjected: Bool { state != .closed }

    /// What follows for those who pick.
    var admission: LoadCell.Admission {
        switch state {
        case .closed: .all
        case .ejected: .ejected
        case .halfOpen: hasProbe ? .probeUnderWay : .probe
        }
    }

    /// A request has ended that was none of the probes.
    ///
    /// What began before the endpoint came back is ignored: a black hole's last requests run into their timeout long after the
    /// first probe may have found it well. While it is out, nothing counts at all: failures can not eject it twice, and a
    /// late success is older than what it was ejected for.
    ///
    /// - Parameter life: The ``life`` in which the request began, which is known without a clock.
    mutating func observe(_ outcome: Outcome, life: UInt32, at now: Moment) -> Verdict {
        guard state == .closed, life == self.life, let reason = evidence.count(outcome, at: now) else {
            return .nothing
        }
        return .wantsEjection(reason)
    }

    /// Takes it out; `nil` if it was out already, as when two requests have asked for it at once.
    ///
    /// - Parameter chance: within 0..<1.
    mutating func eject(at now: Moment, chance: Double) -> Moment? {
        guard state == .closed else { return nil }
        // The longest ejection is also how long it takes to be forgiven one: whoever does not stay in for as long as it
        // would be out for has not shown much. With less, an endpoint that fails once a minute began anew each time.
        time.shorten(times: now.nanoseconds(since: closedSince).count / time.most)
        return takeOut(at: now, chance: chance)
    }

    /// Half-opens it if its time is over; says whether it did so now.
    mutating func becomeHalfOpen(at now: Moment) -> Bool {
        guard case .ejected(let until) = state, now >= until else { return false }
        state = .halfOpen
        return true
    }

    /// Takes the one place there is for a probe; `false` if it is taken, or the endpoint not half-open.
    mutating func beginProbe() -> Bool {
        guard state == .halfOpen, !hasProbe else { return false }
        hasProbe = true
        return true
    }

    /// A probe has ended. One that says nothing makes room for the next, and that goes for an error of the caller's, too:
    /// a proxy answers 404 for a service that is gone.
    ///
    /// - Parameters:
    ///   - life: The ``life`` in which the probe began: somebody else may have found the endpoint well meanwhile.
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

    /// Somebody else has found it well, such as an active check; says whether it was out. How long it was out for last is
    /// not forgotten: checks do not always exercise what fails.
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

    /// Half of the time is certain and half is chance ("equal jitter"). Clients that eject together, since they all saw
    /// the same crash, shall not come back together.
    private mutating func takeOut(at now: Moment, chance: Double) -> Moment {
        let (whole, half) = (time.length, time.length / 2)
        time.lengthen()
        evidence.forget()
        let until = now + .nanoseconds(whole - half + Int64(Double(half) * chance.clampedToUnit))
        state = .ejected(until: until)
        return until
    }
}
