// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NetworkAddress

/// Decides what to believe about a service when an answer comes in.
///
/// A pure value: answers and the time in, what is believed out. Absent is not removed: Consul leaves instances out of
/// answers that are too big, says NXDOMAIN while it elects a leader and nothing at all while it restarts, and a denied
/// token looks like an empty service. Of the four kinds of answer,
///
/// - a complete one replaces what was there;
/// - a part adds, and takes away only what parts have gone on leaving out;
/// - an empty one after endpoints has to be explained, or to last;
/// - a failure changes nothing.
struct EndpointHold {
    typealias Instant = Moment
    typealias Rules = ServiceResolver.Configuration.Hold

    /// An endpoint that parts leave out.
    private struct Absence {
        /// When Consul named it last.
        let namedAt: Instant
        /// When the last answer arrived that named it.
        let since: Instant
        var answers = 0
        var countedAt: Instant?
    }

    /// Empty answers that nobody explains.
    private struct Doubt {
        let since: Instant
        var answers = 0
    }

    /// Parts have to be this many to take away an endpoint.
    private static let fewestParts = 3
    /// What comes sooner after another is probably the same answer: several who watch a service hear of it at once.
    private static let leastPause = Duration.milliseconds(500)
    /// Empty answers have to be this many to be believed without a reason.
    private static let fewestEmpty = 2
    /// Who has not heard from a leader for so long may be somewhere in its past.
    private static let oddLastContact = Duration.seconds(5)

    private let rules: Rules
    private let staleLimit: Duration

    /// The endpoints that are believed in, as the last answer with endpoints left them, and when that came. Its age is that
    /// of the answer; those in ``absences`` are older.
    private var good: Resolution?
    private var goodAt: Instant
    private var absences: [HostPort: Absence] = [:]
    private var doubt: Doubt?
    /// Whether DNS has ever shown any. If not, the agent's own token may hide the service from it: that it shows none
    /// while HTTP cannot be asked is nothing new.
    private var isSeenByDNS = false

    /// - Parameters:
    ///   - staleLimit: How old endpoints may be that are given on.
    ///   - now: Any time not after the first answer.
    init(_ rules: Rules, staleLimit: Duration, at now: Instant) {
        self.rules = rules
        self.staleLimit = staleLimit
        goodAt = now
    }

    /// Whether there are endpoints that no answer has taken away.
    var isHolding: Bool { good != nil }

    /// Whether there are endpoints that further parts would take away.
    var isWaitingForParts: Bool { !absences.isEmpty }

    /// Whether an answer would take away all endpoints at once, or most of them. That is worth a second question.
    func wouldTakeMost(_ answer: Resolution) -> Bool {
        guard let good else { return false }
        if case .endpoints(let endpoints) = answer.outcome {
            return answer.isComplete && EndpointHold.isMostMissing(of: good, in: endpoints)
        }
        return rules.policy != .keepLastKnown && answer.isExplained
    }

    /// What is known from before there was anybody to ask.
    mutating func recall(_ resolution: Resolution, at now: Instant) {
        (good, goodAt) = (resolution, now)
        isSeenByDNS = true
    }

    /// Consul has confirmed its last answer, which was a whole one of a server with a leader.
    ///
    /// - Returns: Whether there are endpoints, which are younger now.
    mutating func confirm(at now: Instant) -> Bool {
        guard good != nil else { return false }
        good?.age = .zero
        goodAt = max(goodAt, now)
        return true
    }

    /// What to believe after an answer.
    mutating func take(_ answer: Resolution, at now: Instant) -> Resolution {
        switch answer.outcome {
        case .endpoints(let endpoints):
            doubt = nil
            guard answer.age <= staleLimit else { return lastGood(insteadOf: answer.takenForUnknown, at: now) }
            if answer.source != .http { isSeenByDNS = true }
            let isWhole = answer.isComplete && !isSuspicious(answer, endpoints)
            good = isWhole ? replaced(by: answer) : joined(by: answer, endpoints, at: now)
            goodAt = now
            return lastGood(at: now) ?? answer
        case .empty:
            guard good != nil else { return answer }
            guard isBelievable(answer, at: now) else { return lastGood(insteadOf: answer, at: now) }
            (good, doubt, absences) = (nil, nil, [:])
            return answer
        case .unknown:
            doubt = nil
            return lastGood(insteadOf: answer, at: now)
        }
    }

    // MARK: Whole answers and parts

    private mutating func replaced(by answer: Resolution) -> Resolution {
        absences = [:]
        return answer
    }

    private mutating func joined(by part: Resolution, _ endpoints: [Endpoint], at now: Instant) -> Resolution {
        var result = part
        result.isComplete = false
        guard let good else { return result }
        let present = Set(endpoints.map(\.hostPort))
        var kept: [Endpoint] = []
        var stillAbsent: [HostPort: Absence] = [:]
        for endpoint in good.endpoints where !present.contains(endpoint.hostPort) {
            let namedAt = goodAt + (.zero - good.age)
            var absence = absences[endpoint.hostPort] ?? Absence(namedAt: namedAt, since: goodAt)
            // Parts say nothing about it, so the limit holds as it does without an answer.
            guard absence.namedAt.duration(to: now) <= staleLimit else { continue }
            if absence.countedAt.map({ $0.duration(to: now) >= EndpointHold.leastPause }) ?? true {
                absence.answers += 1
                absence.countedAt = now
            }
            if absence.answers >= EndpointHold.fewestParts, absence.since.duration(to: now) >= rules.obsolete {
                continue
            }
            stillAbsent[endpoint.hostPort] = absence
            kept.append(endpoint)
        }
        absences = stillAbsent
        result.outcome = .endpoints(endpoints + kept)
        return result
    }

    /// Whether most endpoints are missing from an answer by a server that may be behind the others.
    private func isSuspicious(_ answer: Resolution, _ endpoints: [Endpoint]) -> Bool {
        guard answer.isStale || (answer.lastContact ?? .zero) >= EndpointHold.oddLastContact, let good else {
            return false
        }
        return EndpointHold.isMostMissing(of: good, in: endpoints)
    }

    private static func isMostMissing(of good: Resolution, in endpoints: [Endpoint]) -> Bool {
        let present = Set(endpoints.map(\.hostPort))
        let missing = good.endpoints.count { !present.contains($0.hostPort) }
        return missing * 2 > good.endpoints.count
    }

    // MARK: Empty answers

    private mutating func isBelievable(_ answer: Resolution, at now: Instant) -> Bool {
        guard rules.policy != .keepLastKnown else { return false }
        if answer.isExplained { return true }
        guard !answer.isStale, !isBlind(answer) else {
            // However long it lasts: it says something about the cluster, or about what DNS may see.
            doubt = nil
            return false
        }
        var doubt = doubt ?? Doubt(since: now)
        doubt.answers += 1
        self.doubt = doubt
        return doubt.answers >= EndpointHold.fewestEmpty && doubt.since.duration(to: now) >= rules.empty
    }

    private func isBlind(_ answer: Resolution) -> Bool {
        answer.source != .http && !isSeenByDNS
    }

    /// The endpoints that are believed in, with the age of the one that Consul named least recently; `nil` if there are
    /// none. Those that parts have left out for longer than the limit are not among them.
    func lastGood(at now: Instant) -> Resolution? {
        guard var resolution = good else { return nil }
        resolution.age += max(goodAt.duration(to: now), .zero)
        guard !absences.isEmpty else { return resolution }
        resolution.outcome = .endpoints(
            resolution.endpoints.filter { endpoint in
                guard let absence = absences[endpoint.hostPort] else { return true }
                let age = absence.namedAt.duration(to: now)
                guard age <= staleLimit else { return false }
                resolution.age = max(resolution.age, age)
                return true
            }
        )
        return resolution
    }

    private func lastGood(insteadOf answer: Resolution, at now: Instant) -> Resolution {
        guard var resolution = lastGood(at: now) else { return answer }
        // Beyond the limit whoever says that there is nothing may be right, unless the policy is to ignore that.
        guard resolution.age <= staleLimit || (rules.policy == .keepLastKnown && answer.isEmpty) else { return answer }
        resolution.isStale = true
        if case .empty(let reason) = answer.outcome { resolution.doubt = Resolution.Doubt(reason: reason) }
        return resolution
    }
}

extension Resolution {
    /// What an answer is worth that is older than endpoints may be: a server without a leader repeats what it heard long
    /// ago.
    fileprivate var takenForUnknown: Resolution {
        let message = "the server that answered has not heard from a leader for \(age)"
        return .unknown(ResolutionFailure(attempts: [.init(code: .serverFailure, message: message)]), source: source)
    }

    fileprivate var isEmpty: Bool {
        if case .empty = outcome { true } else { false }
    }

    /// Whether an empty answer comes with a reason that can be believed: from a server that knew a leader, and that could
    /// see the service.
    fileprivate var isExplained: Bool {
        guard case .empty(let reason?) = outcome, !isStale else { return false }
        return [.noSuchService, .noSuchTag, .noMatchingInstance, .noHealthyInstance].contains(reason)
    }
}
