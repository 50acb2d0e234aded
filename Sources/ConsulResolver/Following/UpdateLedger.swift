// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NetworkAddress

/// Decides which answers are news to somebody who follows a service, and keeps what is known when nothing is.
///
/// A pure value: answers and the time in, what to publish out. An answer that says the same as the last is no news. One
/// that says nothing, or says "none" without saying why, does not take away endpoints that were there: a denied token, a
/// lost leader and an agent that has just been restarted all look like an empty service for a while. What probes have
/// shown comes on top.
struct UpdateLedger {
    typealias Instant = ContinuousClock.Instant

    /// For how long an empty answer that nobody explains is not believed over endpoints that were there before.
    private let hold: Duration
    /// When probes count; `nil` for never.
    private let probing: ServiceResolver.Configuration.Probes.Mode?

    /// What was published last, before probes.
    private(set) var published: Resolution?
    /// The last answer with endpoints, and when it came.
    private var good: (resolution: Resolution, at: Instant)?
    /// Whether DNS has ever shown any. If not, the agent's own token may hide the service from it: that it shows none
    /// while HTTP cannot be asked is nothing new.
    private var isSeenByDNS = false
    /// Since when there have been nothing but unexplained empty answers.
    private var doubtSince: Instant?
    /// What probes have shown.
    private var verdicts: [HostPort: ProbeVerdict] = [:]

    init(hold: Duration, probing: ServiceResolver.Configuration.Probes.Mode? = nil) {
        self.hold = hold
        self.probing = probing
    }

    /// Whether an answer would take away endpoints at once. That is worth a second question.
    func wouldEmpty(_ answer: Resolution) -> Bool {
        good != nil && answer.isExplained
    }

    /// Whether there are endpoints that an empty answer has not taken away.
    var isHolding: Bool { good != nil }

    /// What to publish after an answer; `nil` if it is no news.
    mutating func take(_ answer: Resolution, at now: Instant) -> Resolution? {
        let resolution = weigh(answer, at: now)
        if let published, published.saysTheSame(as: resolution) { return nil }
        published = resolution
        return withVerdicts(resolution)
    }

    /// What to publish after probes; `nil` if they have shown nothing new about what was published.
    mutating func take(_ verdicts: [HostPort: ProbeVerdict], at now: Instant) -> Resolution? {
        guard var published else { return nil }
        if published.isStale, let good { published.age = good.resolution.age + good.at.duration(to: now) }
        let before = withVerdicts(published)
        self.verdicts = verdicts
        let after = withVerdicts(published)
        return before.endpoints == after.endpoints ? nil : after
    }

    /// The endpoints to probe now.
    var probed: [Endpoint] {
        guard let published, isProbed(published) else { return [] }
        return published.endpoints
    }

    // MARK: Probes

    private func isProbed(_ resolution: Resolution) -> Bool {
        probing == .always || (probing == .whenSourceIsDown && resolution.isStale)
    }

    private func withVerdicts(_ resolution: Resolution) -> Resolution {
        isProbed(resolution) ? resolution.applying(verdicts) : resolution
    }

    // MARK: Answers

    private mutating func weigh(_ answer: Resolution, at now: Instant) -> Resolution {
        switch answer.outcome {
        case .endpoints:
            doubtSince = nil
            good = (answer, now)
            if answer.source != .http { isSeenByDNS = true }
            return answer
        case .empty(let reason):
            guard good != nil else { return answer }
            if reason == .accessDenied || answer.isStale || isBlind(answer) {
                // However long it lasts: it says something about a token, or about the cluster.
                doubtSince = nil
                return lastGood(at: now, insteadOf: answer)
            }
            guard answer.isExplained || isDoubtOver(at: now) else { return lastGood(at: now, insteadOf: answer) }
            (good, doubtSince) = (nil, nil)
            return answer
        case .unknown:
            doubtSince = nil
            return lastGood(at: now, insteadOf: answer)
        }
    }

    private func isBlind(_ answer: Resolution) -> Bool {
        answer.source != .http && !isSeenByDNS
    }

    private mutating func isDoubtOver(at now: Instant) -> Bool {
        let start = doubtSince ?? now
        doubtSince = start
        return start.duration(to: now) >= hold
    }

    private func lastGood(at now: Instant, insteadOf answer: Resolution) -> Resolution {
        guard let good else { return answer }
        var resolution = good.resolution
        resolution.isStale = true
        resolution.age += good.at.duration(to: now)
        return resolution
    }
}

extension Resolution {
    /// Whether an empty answer comes with a reason that can be believed: from a server that knew a leader, and that could
    /// see the service.
    fileprivate var isExplained: Bool {
        guard case .empty(let reason?) = outcome, !isStale else { return false }
        return [.noSuchService, .noSuchTag, .noMatchingInstance, .noHealthyInstance].contains(reason)
    }

    /// Whether another resolution would change nothing for whoever has this one. When it came, how and in what order is
    /// no difference.
    fileprivate func saysTheSame(as other: Resolution) -> Bool {
        guard isStale == other.isStale, isComplete == other.isComplete, alternative == other.alternative else {
            return false
        }
        switch (outcome, other.outcome) {
        case (.endpoints(let old), .endpoints(let new)): return EndpointSet.areEqual(old, new)
        case (.empty(let old), .empty(let new)): return old == new
        case (.unknown, .unknown): return true
        default: return false
        }
    }
}
