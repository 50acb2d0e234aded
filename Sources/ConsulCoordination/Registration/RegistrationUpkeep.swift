// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// Decides the next request that keeps a service registered. A pure value: results and the time go in, one action comes
/// out.
///
/// A heartbeat is the evidence that the agent still has the service, and for a service without TTL checks a read of the
/// service. An agent that forgot the service refuses the heartbeat: 1.8 with 500, newer versions with 404, and
/// the words differ. So a refusal leads to a read, and the answer to that decides. Failures are no evidence. The service
/// is registered again only if the agent does not have it, or lacks one of its checks, or if the token was replaced; never
/// if another incarnation has replaced it, with which this one would contend.
///
/// The token counts because the agent keeps that of the registration, and sends it to the servers with each change of the
/// service and of its checks. After the token was deleted, the servers refuse these changes. The catalog then keeps the
/// last status of each check, and keeps the service after its deregistration.
struct RegistrationUpkeep: Sendable {
    /// Pauses between requests.
    struct Timing: Hashable, Sendable {
        /// The time between heartbeats, or between reads of the service.
        var heartbeat: Duration
        /// The upper bound of the pause after the first failure. It doubles, up to the time between heartbeats.
        var firstRetry: Duration
        /// The pause after a denial, and after a registration that Consul refused as invalid. Neither ends by itself.
        var refusal: Duration

        /// - Parameters:
        ///   - timeToLive: The least time to live of the service's checks; `nil` without TTL checks.
        ///   - presenceInterval: The time between reads of a service without TTL checks.
        init(timeToLive: Duration?, presenceInterval: Duration, refusal: Duration = .seconds(3)) {
            heartbeat = timeToLive.map { $0 / 3 } ?? presenceInterval
            firstRetry = min(heartbeat / 4, .milliseconds(500))
            self.refusal = max(refusal, heartbeat)
        }
    }

    /// Failures of a request.
    enum Failure: Hashable, Sendable {
        /// The request was not processed.
        case unreachable
        /// The request may have been processed.
        case unanswered
        /// The token is missing or lacks a permission.
        case denied
        /// Consul refuses the request as invalid.
        case rejected
    }

    /// Results of actions.
    enum Event: Hashable, Sendable {
        /// The agent registered the service.
        case registered
        /// The agent accepted the heartbeat, which was sent at this time.
        case heartbeatAccepted(sent: Moment)
        /// The agent answered that it cannot update the check.
        case heartbeatRefused
        /// The agent has the service, registered by this incarnation or by another one.
        case present(isOurs: Bool)
        /// The agent does not have the service.
        case absent
        /// The search for instances with the same address ended. It is inconclusive until the catalog lists the service.
        case searched(isConclusive: Bool)
        /// The request failed.
        case failed(Failure)
        /// The wait is over.
        case woken
        /// The wait is over, and the token is another one than that of the registration.
        case tokenReplaced
        /// The service is to be deregistered.
        case shutdownBegan
    }

    /// The next step.
    enum Action: Hashable, Sendable {
        case register
        /// Updates all TTL checks.
        case heartbeat
        /// Reads the service from the agent.
        case checkPresence
        /// Looks for instances of the service with the same address on other nodes.
        case searchDuplicates
        case wait(until: Moment)
        case end
    }

    private enum Phase {
        /// The agent does not have the service, as far as is known.
        case absent
        /// The agent has the service.
        case present
        /// The agent refused a heartbeat, or has the service with an earlier token.
        case doubtful
        /// Another incarnation has replaced the service.
        case superseded
        /// Shutdown has begun.
        case over
    }

    /// The searches that may be inconclusive before they are given up: the token may not see the service, for example.
    private static let maximumSearches = 5

    private let timing: Timing
    private let hasHeartbeat: Bool
    private var phase = Phase.absent
    private var backoff: Backoff
    /// Registrations since the last proof that the agent has the service.
    private var repairs = 0
    private var searchesLeft = RegistrationUpkeep.maximumSearches
    private var nextProof: Moment?

    /// True if the agent may have the service, so that it has to be deregistered.
    private(set) var mayBeRegistered = false

    /// - Parameters:
    ///   - timing: The pauses.
    ///   - hasHeartbeat: True if the service has TTL checks.
    init(timing: Timing, hasHeartbeat: Bool) {
        self.timing = timing
        self.hasHeartbeat = hasHeartbeat
        backoff = Backoff(initial: timing.firstRetry, maximum: timing.heartbeat, jitter: .half)
    }

    /// The first action.
    var first: Action { .register }

    /// Records a result.
    ///
    /// - Parameters:
    ///   - chance: A random number from 0 to 1, for the jitter of pauses.
    /// - Returns: The next action. After the event ``Event/shutdownBegan``, it is always ``Action/end``.
    mutating func handle(_ event: Event, at now: Moment, chance: Double) -> Action {
        if phase == .over || event == .shutdownBegan {
            // The result of a request that was under way still counts.
            if event == .registered || event == .failed(.unanswered) { mayBeRegistered = true }
            phase = .over
            return .end
        }
        switch event {
        case .registered:
            (phase, mayBeRegistered) = (.present, true)
            if hasHeartbeat { return .heartbeat }
            backoff.reset()
            nextProof = now + timing.heartbeat
            return next(at: now)
        case .heartbeatAccepted(let sent):
            return proven(sent, at: now)
        case .heartbeatRefused:
            phase = .doubtful
            return .checkPresence
        case .present(isOurs: true):
            // The agent has the service, but not the check, or not with the present token.
            return phase == .doubtful ? repair(at: now, chance) : proven(now, at: now)
        case .present(isOurs: false):
            phase = .superseded
            nextProof = now + timing.heartbeat
            return .wait(until: now + timing.heartbeat)
        case .absent:
            phase = .absent
            return repair(at: now, chance)
        case .searched(let isConclusive):
            searchesLeft = isConclusive ? 0 : searchesLeft - 1
            return .wait(until: nextProof ?? now)
        case .failed(let failure):
            return failed(failure, at: now, chance)
        case .woken:
            return due
        case .tokenReplaced:
            // The read tells whether another incarnation has replaced the service.
            if phase == .present { phase = .doubtful }
            return due
        case .shutdownBegan:
            return .end
        }
    }

    // MARK: -

    /// The action that is due after a wait.
    private var due: Action {
        switch phase {
        case .absent: .register
        case .present: hasHeartbeat ? .heartbeat : .checkPresence
        case .doubtful, .superseded: .checkPresence
        case .over: .end
        }
    }

    /// Records that the agent has the service and its checks.
    private mutating func proven(_ sent: Moment, at now: Moment) -> Action {
        phase = .present
        repairs = 0
        backoff.reset()
        // Counted from the sending, so that slow answers do not add up.
        nextProof = sent + timing.heartbeat
        return next(at: now)
    }

    private func next(at now: Moment) -> Action {
        searchesLeft > 0 ? .searchDuplicates : .wait(until: nextProof ?? now)
    }

    /// Registers the service again: at once, and after a pause if that has not helped. Behind a load balancer, for
    /// example, another agent answers each request.
    private mutating func repair(at now: Moment, _ chance: Double) -> Action {
        repairs += 1
        phase = .absent
        searchesLeft = max(searchesLeft, 1)
        return repairs == 1 ? .register : .wait(until: now + backoff.next(chance: chance))
    }

    private mutating func failed(_ failure: Failure, at now: Moment, _ chance: Double) -> Action {
        switch failure {
        case .unreachable, .unanswered:
            if phase == .absent, failure == .unanswered { mayBeRegistered = true }
            return .wait(until: now + backoff.next(chance: chance))
        case .denied where phase == .doubtful:
            // The token may write the service and not read it. The refused heartbeat is then the only evidence.
            return repair(at: now, chance)
        case .denied, .rejected:
            return .wait(until: now + timing.refusal)
        }
    }
}
