// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

extension ResolverDiagnostics: CustomStringConvertible {
    /// Several lines for people, one for the cache, each source and each nameserver. The format may change.
    public var description: String {
        ([cache.description, sources.description] + nameservers.map(\.description)).joined(separator: "\n")
    }
}

extension ResolverDiagnostics.Cache: CustomStringConvertible {
    /// A line for people.
    public var description: String {
        var parts = ["\(size) of \(capacity) kept", "\(hits) hits", "\(misses) misses"]
        let rare = [
            ("coalesced", tally.coalesced), ("negative", tally.negative), ("refreshed ahead", tally.refreshes),
            ("evicted", evictions), ("held", tally.held),
        ]
        for (name, count) in rare where count > 0 { parts.append("\(count) \(name)") }
        if stale > 0 { parts.append("\(stale) stale (at most \(tally.staleAge.inWords) old)") }
        if tally.refreshLag > .zero { parts.append("refreshed at most \(tally.refreshLag.inWords) late") }
        return "cache: " + parts.joined(separator: ", ")
    }
}

extension ResolverDiagnostics.Sources: CustomStringConvertible {
    /// A line for each source, for people.
    public var description: String {
        [
            "dns-udp: \(udp)\(isDNSSilent ? "; silent, skipped for now" : "")",
            "dns-tcp: \(tcp)\(escalationsToTCP > 0 ? "; \(escalationsToTCP) after UDP" : "")",
            "http: \(http)\(escalationsToHTTP > 0 ? "; \(escalationsToHTTP) after DNS" : "")"
                + (isHTTPSilent ? "; silent, skipped for now" : ""),
            watches.total > 0 ? "http-watch: \(watches)" : nil,
        ].compactMap { $0 }.joined(separator: "\n")
    }
}

extension ResolverDiagnostics.Queries: CustomStringConvertible {
    /// The counts that are not zero, for people.
    public var description: String {
        let parts = [
            ("answered", answered), ("timed out", timedOut), ("without a connection", connectionFailed),
            ("failed", serverFailure), ("refused", refused), ("malformed", malformed), ("other", other),
        ].filter { $0.1 > 0 }
        return parts.isEmpty ? "no queries" : parts.map { "\($0.1) \($0.0)" }.joined(separator: ", ")
    }
}

extension ResolverDiagnostics.Server: CustomStringConvertible {
    /// A line for people.
    public var description: String {
        var parts = ["\(queries)"]
        if escalations > 0 { parts.append("\(escalations) after UDP") }
        if hedgesSent > 0 { parts.append("hedges: \(hedgesSent) sent, \(hedgesWon) won") }
        if let roundTrip { parts.append("round trip \(roundTrip.inWords)") }
        if isFailed { parts.append("considered dead") }
        if let pause { parts.append("next probe in \(pause.inWords)") }
        return "\(server): " + parts.joined(separator: "; ")
    }
}

extension Duration {
    /// The duration in seconds or milliseconds, with up to three digits.
    fileprivate var inWords: String {
        let microseconds = Nanoseconds(self).count / 1000
        if microseconds < 10_000 { return "\(microseconds / 1000).\(microseconds % 1000 / 100) ms" }
        let milliseconds = microseconds / 1000
        if milliseconds < 1000 { return "\(milliseconds) ms" }
        if milliseconds < 10_000 { return "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s" }
        return "\(milliseconds / 1000) s"
    }
}
