// SPDX-License-Identifier: Apache-2.0

package import ConsulHTTP

extension ResolverConfiguration {
    /// Settings of the cache.
    public struct Cache: Sendable {
        /// The number of requests with a cache entry. Default 10 000. Beyond it, expired entries are evicted first,
        /// then those without a recent lookup. Entries of followed services stay.
        public var capacity = 10_000

        /// The least time for which endpoints are returned without a fetch, whatever their TTL. Default 1 s: Consul's
        /// own TTL is 0, with which no lookup would ever be a hit. Zero keeps to the TTL.
        public var minimumTimeToLive: Duration = .seconds(1)

        /// The longest time for which endpoints are returned without a fetch. Default 60 s.
        public var maximumTimeToLive: Duration = .seconds(60)

        /// The longest time for which an empty answer is returned without a fetch; less if the zone's SOA says less
        /// (RFC 2308 section 5), and Consul's says 0. Default 1 s: all instances may be critical for just a moment.
        package var maximumNegativeTimeToLive: Duration = .seconds(1)

        /// The least time for which an empty answer is returned without a fetch when the answer before it was empty,
        /// too, whatever the zone's SOA says. Default 1 s, and never more than ``maximumNegativeTimeToLive``.
        ///
        /// With Consul's own SOA minimum of 0, every lookup of a service that does not exist would otherwise be a DNS
        /// query and two HTTP requests. The first empty answer keeps to the SOA: instances that are critical for a
        /// moment are soon back. Zero always keeps to the SOA.
        package var minimumNegativeTimeToLive: Duration = .seconds(1)

        /// The backoff after a failure, in which no query is sent. Default 1 s. Jitter adds up to a fifth.
        package var failureTimeToLive: Duration = .seconds(1)

        /// The upper bound of the failure backoff, which doubles with each failure in a row. Default 1 s, so that it
        /// does not grow, and a recovered agent is noticed within 2 s: a query without an answer takes its time, too.
        /// RFC 2308 section 7 and RFC 8767 section 5 allow far more, for authoritative servers that do not answer
        /// resolvers. More than 5 s makes no sense between a program and its agent.
        package var maximumFailureTimeToLive: Duration = .seconds(1)

        /// The greatest age of an answer that is returned, or picked from, because Consul cannot be queried (RFC 8767).
        /// Default 1 h. Zero disables stale answers.
        public var staleLimit: Duration = .seconds(3600)

        /// The time that a lookup waits for Consul when there is an answer beyond its TTL: the client response timer of
        /// RFC 8767 section 5. Default 250 ms: a healthy agent takes 1 ms.
        public var clientResponseTimer: Duration = .milliseconds(250)

        /// Creates the default settings.
        public init() {}
    }
}

extension ResolverConfiguration.Cache {
    package func check() throws(ConfigurationError) {
        guard capacity > 0 else {
            throw ConfigurationError(
                setting: "cache.capacity",
                message: "\(capacity) is less than 1; set cache to nil to do without a cache"
            )
        }
        guard minimumTimeToLive <= maximumTimeToLive else {
            throw ConfigurationError(
                setting: "cache.minimumTimeToLive",
                message: "\(minimumTimeToLive) is more than maximumTimeToLive, which is \(maximumTimeToLive)"
            )
        }
    }
}
