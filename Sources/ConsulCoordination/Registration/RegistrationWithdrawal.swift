// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// Decides the steps of a shutdown. A pure value: results and the time go in, one action comes out.
///
/// 1. Withdraw: begin the maintenance mode of the service, which is critical whatever checks the service has.
/// 2. Confirm: wait until a consistent read of the catalog shows it as critical.
/// 3. Linger: give followers the time to see it, too.
/// 4. Drain: let the requests in flight end.
/// 5. Deregister.
///
/// Every step has a time limit, and failing to carry it out does not skip the later ones. A service that another
/// incarnation has replaced is neither withdrawn nor deregistered.
struct RegistrationWithdrawal: Sendable {
    /// Results of actions.
    enum Event: Hashable, Sendable {
        /// The agent has the service, registered by this incarnation or by another one.
        case present(isOurs: Bool)
        /// The agent does not have the service.
        case absent
        /// The agent began the maintenance mode of the service.
        case withdrawn
        /// A consistent read lists the service, and no check of it is critical.
        case listed
        /// A consistent read lists the service with a critical check.
        case listedAsCritical
        /// A consistent read does not list the service. Either the catalog does not have it, or the token may not see it.
        case notListed
        /// The wait is over.
        case woken
        /// The requests in flight have ended, or their time has.
        case drained
        /// The agent no longer has the service.
        case deregistered
        /// The request failed; a denial does not end by itself.
        case failed(isDenial: Bool)
    }

    /// The next step.
    enum Action: Hashable, Sendable {
        /// Reads the service from the agent.
        case checkPresence
        case withdraw
        /// Reads the health of the service consistently.
        case readHealth
        case wait(until: Moment)
        case drain(until: Moment)
        case deregister
        case end
    }

    private enum Stage {
        case identifying, withdrawing, confirming, lingering, draining, identifyingAgain, deregistering, over
    }

    /// The pause between two reads that wait for the change to arrive in the catalog.
    private static let confirmationPause = Duration.milliseconds(50)
    /// The time after which the withdrawal is repeated: a registration that was under way may have overtaken it.
    private static let repetition = Duration.seconds(1)

    private let followersDelay: Duration
    private let confirmationEnd: Moment
    private let drainEnd: Moment
    /// The end of the time for the whole shutdown.
    let end: Moment
    private var stage = Stage.identifying
    private var backoff = Backoff(initial: .milliseconds(100), maximum: .seconds(1), jitter: .half)
    private var withdrawnAt: Moment?

    /// True once the agent no longer has the service, as far as this incarnation registered it.
    private(set) var isGone = false

    /// - Parameters:
    ///   - now: The beginning of the shutdown.
    ///   - limit: The time for the whole shutdown.
    ///   - followersDelay: The time that followers need to see a change of the catalog.
    ///   - mayBeRegistered: False if the agent certainly does not have the service.
    init(at now: Moment, within limit: Duration, followersDelay: Duration, mayBeRegistered: Bool) {
        self.followersDelay = followersDelay
        end = now + limit
        // A third for an agent that does not respond: draining matters more, and the last part is for deregistering.
        confirmationEnd = now + limit / 3
        drainEnd = now + (limit - min(limit / 4, .seconds(3)))
        if !mayBeRegistered { (stage, isGone) = (.draining, true) }
    }

    /// The first action.
    var first: Action { stage == .draining ? .drain(until: drainEnd) : .checkPresence }

    /// Records a result.
    ///
    /// - Parameter chance: A random number from 0 to 1, for the jitter of pauses.
    /// - Returns: The next action.
    mutating func handle(_ event: Event, at now: Moment, chance: Double) -> Action {
        switch event {
        case .present(isOurs: true): found(at: now)
        case .present(isOurs: false), .absent: missed()
        case .withdrawn: withdrawn(at: now)
        case .listed: waitForCatalog(at: now)
        case .listedAsCritical, .notListed: linger(at: now)
        case .woken: due(at: now)
        case .drained: enter(.identifyingAgain, .checkPresence, at: now)
        case .deregistered: finish()
        case .failed(let isDenial): failed(isDenial, at: now, chance)
        }
    }

    // MARK: -

    private mutating func enter(_ next: Stage, _ action: Action, at now: Moment) -> Action {
        if isGone, next == .identifyingAgain { return finish() }
        guard now < end else {
            stage = .over
            return .end
        }
        stage = next
        backoff.reset()
        return action
    }

    private mutating func drain(at now: Moment) -> Action { enter(.draining, .drain(until: drainEnd), at: now) }

    private mutating func finish() -> Action {
        (stage, isGone) = (.over, true)
        return .end
    }

    private mutating func found(at now: Moment) -> Action {
        stage == .identifyingAgain
            ? enter(.deregistering, .deregister, at: now) : enter(.withdrawing, .withdraw, at: now)
    }

    /// There is no registration of this incarnation. Requests may still be in flight.
    private mutating func missed() -> Action {
        guard stage != .identifyingAgain else { return finish() }
        (stage, isGone) = (.draining, true)
        return .drain(until: drainEnd)
    }

    private mutating func withdrawn(at now: Moment) -> Action {
        withdrawnAt = now
        return enter(.confirming, .readHealth, at: now)
    }

    private mutating func waitForCatalog(at now: Moment) -> Action {
        guard now < confirmationEnd else { return linger(at: now) }
        return .wait(until: now + Self.confirmationPause)
    }

    private mutating func linger(at now: Moment) -> Action {
        enter(.lingering, .wait(until: min(now + followersDelay, drainEnd)), at: now)
    }

    /// The action that is due after a wait.
    private mutating func due(at now: Moment) -> Action {
        switch stage {
        case .identifying: return .checkPresence
        case .withdrawing: return .withdraw
        case .confirming:
            guard let withdrawnAt, withdrawnAt.duration(to: now) < Self.repetition else { return .withdraw }
            return .readHealth
        case .lingering: return drain(at: now)
        case .draining: return .drain(until: drainEnd)
        case .identifyingAgain: return .checkPresence
        case .deregistering: return .deregister
        case .over: return .end
        }
    }

    private mutating func failed(_ isDenial: Bool, at now: Moment, _ chance: Double) -> Action {
        switch (stage, isDenial) {
        // The token may write the service and not read it: the steps that write go on.
        case (.identifying, true): return enter(.withdrawing, .withdraw, at: now)
        case (.identifyingAgain, true): return enter(.deregistering, .deregister, at: now)
        case (.confirming, true): return linger(at: now)
        case (.withdrawing, true): return drain(at: now)
        case (.deregistering, true):
            stage = .over
            return .end
        default: break
        }
        let isBeforeDrain = stage == .identifying || stage == .withdrawing || stage == .confirming
        let limit = isBeforeDrain ? confirmationEnd : end
        let wake = now + backoff.next(chance: chance)
        if wake < limit { return .wait(until: wake) }
        return stage == .confirming ? linger(at: now) : isBeforeDrain ? drain(at: now) : enter(.over, .end, at: end)
    }
}
