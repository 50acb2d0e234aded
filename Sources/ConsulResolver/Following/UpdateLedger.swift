// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NetworkAddress

/// Decides what is news to somebody who follows a service.
///
/// A pure value: what is believed and the time in, what to publish out. What says the same as the last is no news. What
/// probes have shown comes on top.
struct UpdateLedger {
    typealias Instant = ContinuousClock.Instant

    /// When probes count; `nil` for never.
    private let probing: ServiceResolver.Configuration.Probes.Mode?

    /// Whether another order of the same endpoints is news.
    private let heedsOrder: Bool

    /// What was published last, before probes, and when.
    private var published: Resolution?
    private var publishedAt: Instant?
    /// What probes have shown.
    private var verdicts: [HostPort: ProbeVerdict] = [:]

    init(probing: ServiceResolver.Configuration.Probes.Mode? = nil, heedsOrder: Bool = false) {
        self.probing = probing
        self.heedsOrder = heedsOrder
    }

    /// What to publish when something is believed; `nil` if it is no news.
    mutating func take(_ resolution: Resolution, at now: Instant) -> Resolution? {
        if let published, resolution.addsNothing(to: published),
            !heedsOrder || EndpointSet.areInOneOrder(published.endpoints, resolution.endpoints)
        {
            return nil
        }
        (published, publishedAt) = (resolution, now)
        return withVerdicts(resolution)
    }

    /// What to publish after probes; `nil` if they have shown nothing new about what was published.
    mutating func take(_ verdicts: [HostPort: ProbeVerdict], at now: Instant) -> Resolution? {
        guard var published, let publishedAt else { return nil }
        published.age += max(publishedAt.duration(to: now), .zero)
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

    private func isProbed(_ resolution: Resolution) -> Bool {
        probing == .always || (probing == .whenSourceIsDown && resolution.isStale)
    }

    private func withVerdicts(_ resolution: Resolution) -> Resolution {
        isProbed(resolution) ? resolution.applying(verdicts) : resolution
    }
}

extension Resolution {
    /// Whether this resolution would change nothing for a follower that has an earlier one. When it came, how and in what
    /// order is no difference.
    fileprivate func addsNothing(to old: Resolution) -> Bool {
        guard isStale == old.isStale, isComplete == old.isComplete, alternative == old.alternative,
            (unusableInstances == 0) == (old.unusableInstances == 0),
            // That Consul has something to say again, even if it is not believed, is worth knowing.
            (doubt == nil) == (old.doubt == nil)
        else { return false }
        switch (outcome, old.outcome) {
        case (.endpoints(let new), .endpoints(let old)): return EndpointSet.adds(new, nothingTo: old)
        case (.empty(let new), .empty(let old)): return new == old
        // A denial is worth telling: people can do something about it.
        case (.unknown(let new), .unknown(let old)): return new.isDenial == old.isDenial
        default: return false
        }
    }
}
