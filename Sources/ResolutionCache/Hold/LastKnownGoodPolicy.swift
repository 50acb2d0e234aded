// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NetworkAddress
import ResolutionModel
import ResolverSupport

/// The rules by which an answer changes the accepted endpoints of a service.
///
/// A pure value: answers and the time go in, the accepted resolution comes out. An endpoint that is missing from an
/// answer has not necessarily been removed: Consul leaves instances out of answers that are too big, says NXDOMAIN
/// while it elects a leader, does not answer while it restarts, and makes a denied token look like an empty service. Of
/// the four kinds of answer,
///
/// - a complete one replaces the endpoints;
/// - a partial one adds endpoints, and removes only those that partial answers have kept leaving out;
/// - an empty one after endpoints has to be explained, or to last;
/// - a failure changes no endpoint.
struct LastKnownGoodPolicy {
    typealias Instant = Moment
    typealias Rules = ResolverConfiguration.Hold

    /// An endpoint that partial answers leave out.
    private struct Absence {
        /// The time at which Consul last named it.
        let namedAt: Instant
        /// The arrival of the last answer that named it.
        let since: Instant
        var answers = 0
        var countedAt: Instant?
    }

    /// Empty answers without an explanation.
    private struct Doubt {
        let since: Instant
        var answers = 0
    }

    /// The number of partial answers that it takes to remove an endpoint.
    private static let fewestParts = 3
    /// An answer that follows another one sooner is probably the same: several watchers of a service receive it at
    /// once.
    private static let leastPause = Duration.milliseconds(500)
    /// The number of empty answers that it takes to accept one without an explanation.
    private static let fewestEmpty = 2
    /// A server that has not heard from its leader for so long may be anywhere in the past of the cluster.
    private static let oddLastContact = Duration.seconds(5)

    private let rules: Rules
    private let staleLimit: Duration

    /// The accepted endpoints, as the last answer with endpoints left them, and the arrival of that answer. The age is
    /// that of the answer; the endpoints in ``absences`` are older.
    private var good: Resolution?
    private var goodAt: Instant
    private var absences: [HostPort: Absence] = [:]
    private var doubt: Doubt?
    /// True if DNS has ever returned endpoints. If not, the agent's own token may hide the service from DNS, so that an
    /// empty answer of DNS is no news while HTTP is down.
    private var isSeenByDNS = false

    /// - Parameters:
    ///   - staleLimit: The greatest age of endpoints that may be returned as stale.
    ///   - now: Any time not after the first answer.
    init(_ rules: Rules, staleLimit: Duration, at now: Instant) {
        self.rules = rules
        self.staleLimit = staleLimit
        goodAt = now
    }

    /// True if there are endpoints that no answer has removed.
    var isHolding: Bool { good != nil }

    /// True if there are endpoints that further partial answers would remove.
    var isWaitingForParts: Bool { !absences.isEmpty }

    /// True if an answer would remove all endpoints at once, or most of them. Such an answer is worth a second query.
    func wouldTakeMost(_ answer: Resolution) -> Bool {
        guard let good else { return false }
        if case .endpoints(let endpoints) = answer.outcome {
            return answer.isComplete && LastKnownGoodPolicy.isMostMissing(of: good, in: endpoints)
        }
        return !rules.keepsLastKnown && answer.isExplained
    }

    /// Applies the endpoints of an earlier process, before the first answer.
    mutating func recall(_ resolution: Resolution, at now: Instant) {
        (good, goodAt) = (resolution, now)
        isSeenByDNS = true
    }

    /// Records that Consul has confirmed its last answer, which was a complete one of a server with a leader.
    ///
    /// - Returns: True if there are endpoints, which are younger now.
    mutating func confirm(at now: Instant) -> Bool {
        guard good != nil else { return false }
        good?.age = .zero
        goodAt = max(goodAt, now)
        return true
    }

    /// Applies an answer, and returns the accepted resolution.
    mutating func apply(_ answer: Resolution, at now: Instant) -> Resolution {
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

    // MARK: Complete and partial answers

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
            // Partial answers say nothing about this endpoint, so the stale limit applies as it does without an answer.
            guard absence.namedAt.duration(to: now) <= staleLimit else { continue }
            if absence.countedAt.map({ $0.duration(to: now) >= LastKnownGoodPolicy.leastPause }) ?? true {
                absence.answers += 1
                absence.countedAt = now
            }
            if absence.answers >= LastKnownGoodPolicy.fewestParts,
                absence.since.duration(to: now) >= rules.missingGracePeriod
            {
                continue
            }
            stillAbsent[endpoint.hostPort] = absence
            kept.append(endpoint)
        }
        absences = stillAbsent
        result.outcome = .endpoints(endpoints + kept)
        return result
    }

    /// True if most endpoints are missing from an answer of a server that may be behind the others.
    private func isSuspicious(_ answer: Resolution, _ endpoints: [Endpoint]) -> Bool {
        guard answer.isStale || (answer.lastContact ?? .zero) >= LastKnownGoodPolicy.oddLastContact, let good else {
            return false
        }
        return LastKnownGoodPolicy.isMostMissing(of: good, in: endpoints)
    }

    private static func isMostMissing(of good: Resolution, in endpoints: [Endpoint]) -> Bool {
        let present = Set(endpoints.map(\.hostPort))
        let missing = good.endpoints.count { !present.contains($0.hostPort) }
        return missing * 2 > good.endpoints.count
    }

    // MARK: Empty answers

    private mutating func isBelievable(_ answer: Resolution, at now: Instant) -> Bool {
        guard !rules.keepsLastKnown else { return false }
        if answer.isExplained { return true }
        guard !answer.isStale, !isBlind(answer) else {
            // Not accepted, however long it lasts: the cause is a cluster without a leader, or the permissions of DNS.
            doubt = nil
            return false
        }
        var doubt = doubt ?? Doubt(since: now)
        doubt.answers += 1
        self.doubt = doubt
        return doubt.answers >= LastKnownGoodPolicy.fewestEmpty
            && doubt.since.duration(to: now) >= rules.emptyGracePeriod
    }

    private func isBlind(_ answer: Resolution) -> Bool {
        answer.source != .http && !isSeenByDNS
    }

    /// Returns the accepted endpoints, with the age of the one that Consul named least recently; `nil` if there are no
    /// endpoints. Endpoints that partial answers have left out for longer than the stale limit are not among them.
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
        // Beyond the stale limit an empty answer may be right, unless the policy is to ignore empty answers.
        guard resolution.age <= staleLimit || (rules.keepsLastKnown && answer.isEmpty) else { return answer }
        resolution.isStale = true
        if case .empty(let reason) = answer.outcome { resolution.doubt = Resolution.Doubt(reason: reason) }
        return resolution
    }
}

extension Resolution {
    /// An unknown outcome, in place of an answer that is older than the stale limit: a server without a leader repeats
    /// old data.
    fileprivate var takenForUnknown: Resolution {
        let message = "the server that answered has had no contact with a leader for \(age)"
        return .unknown(ResolutionFailure(attempts: [.init(code: .serverFailure, message: message)]), source: source)
    }

    fileprivate var isEmpty: Bool {
        if case .empty = outcome { true } else { false }
    }

    /// True if an empty answer has a credible reason: from a server that knew a leader, and that could see the service.
    fileprivate var isExplained: Bool {
        guard case .empty(let reason?) = outcome, !isStale else { return false }
        return [.noSuchService, .noSuchTag, .noMatchingInstance, .noHealthyInstance].contains(reason)
    }
}
