// SPDX-License-Identifier: Apache-2.0

package import ConsulHTTP
import ResolverSupport

extension ResolverConfiguration {
    package typealias Times<Root> = [(name: String, path: WritableKeyPath<Root, Duration>)]

    /// The times of this library's own that must not be negative, by name. ``ConsulHTTPConfiguration``,
    /// `DNSClient.Configuration` and `LoadBalancer.Configuration` check their own.
    package static var times: Times<Self> {
        [
            ("timeout", \.timeout),
            ("dns.attemptTimeout", \.dns.attemptTimeout),
            ("dns.maximumBackoff", \.dns.maximumBackoff),
            ("hold.emptyGracePeriod", \.hold.emptyGracePeriod),
            ("hold.missingGracePeriod", \.hold.missingGracePeriod),
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

    /// Returns the configuration with no time longer than a year.
    ///
    /// - Throws: ``/ConsulHTTP/ConfigurationError`` for a negative time.
    package func withCheckedTimes() throws(ConfigurationError) -> Self {
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
                throw ConfigurationError(setting: name, message: "\(time) is negative; zero is the least")
            }
            root[keyPath: path] = time.bounded
        }
    }
}
