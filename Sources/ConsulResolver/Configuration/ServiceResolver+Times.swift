// SPDX-License-Identifier: Apache-2.0

extension ServiceResolver.Configuration {
    typealias Times<Root> = [(name: String, path: WritableKeyPath<Root, Duration>)]

    /// The upper bound of all times in a configuration. Sums of a few such times do not overflow, and a year is as good
    /// as no limit.
    static let longestTime = Duration.seconds(365 * 86_400)

    /// The times of this library's own that must not be negative, by name. ``ConsulHTTPClient/Configuration``,
    /// `DNSClient.Configuration` and `LoadBalancer.Configuration` check their own.
    static var times: Times<Self> {
        [
            ("timeout", \.timeout),
            ("dns.attemptTimeout", \.dns.attemptTimeout),
            ("dns.maximumBackoff", \.dns.maximumBackoff),
            ("hold.empty", \.hold.empty),
            ("hold.obsolete", \.hold.obsolete),
            ("following.minimumInterval", \.following.minimumInterval),
            ("following.maximumInterval", \.following.maximumInterval),
            ("failover.failback", \.failover.failback),
        ]
    }

    static var cacheTimes: Times<Cache> {
        [
            ("cache.minimumTimeToLive", \.minimumTimeToLive),
            ("cache.maximumTimeToLive", \.maximumTimeToLive),
            ("cache.maximumNegativeTimeToLive", \.maximumNegativeTimeToLive),
            ("cache.minimumNegativeTimeToLive", \.minimumNegativeTimeToLive),
            ("cache.failureTimeToLive", \.failureTimeToLive),
            ("cache.maximumFailureTimeToLive", \.maximumFailureTimeToLive),
            ("cache.staleLimit", \.staleLimit),
            ("cache.clientResponseTimer", \.clientResponseTimer),
        ]
    }

    /// Times that have bounds of their own, and are clamped where they are used.
    static let boundedTimes = ["probes.interval", "probes.timeout", "snapshot.minimumInterval", "snapshot.maximumAge"]

    /// Returns the configuration with no time longer than ``longestTime``.
    ///
    /// - Throws: ``ConfigurationError`` for a negative time.
    func withCheckedTimes() throws(ConfigurationError) -> Self {
        var checked = self
        try Self.check(Self.times, of: &checked)
        if var cache {
            try Self.check(Self.cacheTimes, of: &cache)
            checked.cache = cache
        }
        return checked
    }

    private static func check<Root>(_ times: Times<Root>, of root: inout Root) throws(ConfigurationError) {
        for (name, path) in times {
            let time = root[keyPath: path]
            guard time >= .zero else {
                throw ConfigurationError(variable: name, message: "\(time) is negative; zero is the least")
            }
            root[keyPath: path] = min(time, longestTime)
        }
    }
}
