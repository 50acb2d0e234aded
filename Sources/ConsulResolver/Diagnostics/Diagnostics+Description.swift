// SPDX-License-Identifier: Apache-2.0

extension ServiceResolver.Diagnostics: CustomStringConvertible {
    /// Several lines for people, whose form may change: the cache, each way, each nameserver.
    public var description: String {
        ([cache.description, ways.description] + nameservers.map(\.description)).joined(separator: "\n")
    }
}

extension ServiceResolver.Diagnostics.Cache: CustomStringConvertible {
    /// A line for people.
    public var description: String {
        var parts = ["\(size) of \(capacity) kept", "\(hits) hits", "\(misses) misses"]
        let rare = [
            ("coalesced", coalesced), ("negative", negative), ("refreshed ahead", refreshes), ("evicted", evictions),
            ("held", held),
        ]
        for (name, count) in rare where count > 0 { parts.append("\(count) \(name)") }
        if stale > 0 { parts.append("\(stale) stale (\(greatestStaleAge.inWords) old at most)") }
        if greatestRefreshLag > .zero { parts.append("refreshed \(greatestRefreshLag.inWords) late at most") }
        return "cache: " + parts.joined(separator: ", ")
    }
}

extension ServiceResolver.Diagnostics.Ways: CustomStringConvertible {
    /// A line for each way, for people.
    public var description: String {
        [
            "dns-udp: \(udp)\(isDNSSilent ? "; silent, and passed over" : "")",
            "dns-tcp: \(tcp)\(escalationsToTCP > 0 ? "; \(escalationsToTCP) after UDP" : "")",
            "http: \(http)\(escalationsToHTTP > 0 ? "; \(escalationsToHTTP) after DNS" : "")"
                + (isHTTPSilent ? "; silent, and passed over" : ""),
            watches.total > 0 ? "http-watch: \(watches)" : nil,
        ].compactMap { $0 }.joined(separator: "\n")
    }
}

extension ServiceResolver.Diagnostics.Queries: CustomStringConvertible {
    /// Some words for people.
    public var description: String {
        let parts = [
            ("answered", answered), ("timed out", timedOut), ("without a connection", connectionFailed),
            ("failed", serverFailure), ("refused", refused), ("malformed", malformed), ("of no use otherwise", other),
        ].filter { $0.1 > 0 }
        return parts.isEmpty ? "not asked" : parts.map { "\($0.1) \($0.0)" }.joined(separator: ", ")
    }
}

extension ServiceResolver.Diagnostics.Server: CustomStringConvertible {
    /// A line for people.
    public var description: String {
        var parts = ["\(queries)"]
        if escalations > 0 { parts.append("\(escalations) after UDP") }
        if hedgesSent > 0 { parts.append("\(hedgesSent) times beside another, \(hedgesWon) times the first of both") }
        if let roundTrip { parts.append("round trip \(roundTrip.inWords)") }
        if isFailed { parts.append("counts as dead") }
        if let pause { parts.append("left alone for \(pause.inWords)") }
        return "\(server): " + parts.joined(separator: "; ")
    }
}

extension Duration {
    /// Seconds or milliseconds, to three digits.
    fileprivate var inWords: String {
        let microseconds = Nanoseconds(self).count / 1000
        if microseconds < 10_000 { return "\(microseconds / 1000).\(microseconds % 1000 / 100) ms" }
        let milliseconds = microseconds / 1000
        if milliseconds < 1000 { return "\(milliseconds) ms" }
        if milliseconds < 10_000 { return "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s" }
        return "\(milliseconds / 1000) s"
    }
}
