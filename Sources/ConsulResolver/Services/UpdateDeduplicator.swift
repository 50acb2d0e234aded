// SPDX-License-Identifier: Apache-2.0

import EndpointProbing
import LoadBalancing
import NetworkAddress
import ResolutionModel
import ResolverSupport

/// Decides which resolutions are news to a follower of a service.
///
/// A pure value: accepted resolutions and the time go in, the resolution to publish comes out. A resolution equal to
/// the last one is not news. The results of probes are applied on top.
struct UpdateDeduplicator {
    typealias Instant = Moment

    /// The conditions under which probes count; `nil` for never.
    private let probing: ResolverConfiguration.Probes.Mode?

    /// True if another order of the same endpoints is news.
    private let heedsOrder: Bool

    /// The resolution that was published last, before probes, and its time.
    private var published: Resolution?
    private var publishedAt: Instant?
    /// The results of probes.
    private var verdicts: [HostPort: ProbeVerdict] = [:]

    init(probing: ResolverConfiguration.Probes.Mode? = nil, heedsOrder: Bool = false) {
        self.probing = probing
        self.heedsOrder = heedsOrder
    }

    /// Returns the resolution to publish for an accepted one; `nil` if that is not news.
    mutating func apply(_ resolution: Resolution, at now: Instant) -> Resolution? {
        if let published, resolution.addsNothing(to: published),
            !heedsOrder || EndpointSet.areInOneOrder(published.endpoints, resolution.endpoints)
        {
            return nil
        }
        (published, publishedAt) = (resolution, now)
        return withVerdicts(resolution)
    }

    /// Returns the resolution to publish after probes; `nil` if they change none of the published endpoints.
    mutating func apply(_ verdicts: [HostPort: ProbeVerdict], at now: Instant) -> Resolution? {
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
    /// True if this resolution would change nothing for a follower that has an earlier one. Its time, its source and
    /// its order make no difference.
    fileprivate func addsNothing(to old: Resolution) -> Bool {
        guard isStale == old.isStale, isComplete == old.isComplete, alternative == old.alternative,
            (unusableInstances == 0) == (old.unusableInstances == 0),
            // With a doubt, Consul answers again, even if its answer is not accepted. That is news.
            (doubt == nil) == (old.doubt == nil)
        else { return false }
        switch (outcome, old.outcome) {
        case (.endpoints(let new), .endpoints(let old)): return EndpointSet.adds(new, nothingTo: old)
        case (.empty(let new), .empty(let old)): return new == old
        // A denial is news: an operator can act on it.
        case (.unknown(let new), .unknown(let old)): return new.isDenial == old.isDenial
        default: return false
        }
    }
}
