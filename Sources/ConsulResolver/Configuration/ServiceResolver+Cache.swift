// SPDX-License-Identifier: Apache-2.0

extension ServiceResolver.Configuration {
    /// How answers are kept.
    public struct Cache: Sendable {
        /// For how many requests answers are kept. Default 10 000. Beyond it, what has expired goes first, then what has
        /// not been asked for lately; what is followed stays.
        public var capacity = 10_000

        /// The least time for which endpoints are given without asking again, whatever their TTL. Default 1 s: Consul's own
        /// TTL is 0, with which nothing would ever be found in a cache. Zero keeps to the TTL.
        public var minimumTimeToLive: Duration = .seconds(1)

        /// The longest time for which endpoints are given without asking again. Default 60 s.
        public var maximumTimeToLive: Duration = .seconds(60)

        /// The longest time for which "there is nothing" is given without asking again; less if the zone's SOA says less
        /// (RFC 2308 section 5), and Consul's says 0. Default 1 s: the same answer means that all instances are critical
        /// for a moment.
        public var maximumNegativeTimeToLive: Duration = .seconds(1)

        /// The least time for which "there is nothing" is given without asking again when two answers in a row said so,
        /// whatever the zone's SOA says. Default 1 s, and never more than ``maximumNegativeTimeToLive``.
        ///
        /// With Consul's own SOA minimum of 0, every lookup of a service that does not exist would otherwise be a DNS query
        /// and two HTTP requests. The first empty answer keeps to the SOA: instances that are critical for a moment are soon
        /// back. Zero keeps to the SOA always.
        public var minimumNegativeTimeToLive: Duration = .seconds(1)

        /// For how long nobody is asked after a failure. Default 1 s; up to a fifth comes on top, by chance.
        public var failureTimeToLive: Duration = .seconds(1)

        /// What that grows to, doubling, while nothing but failures come. Default 1 s, so that it does not grow, and an agent
        /// that is back is seen within two: a question about which nobody is heard takes its time, too. RFC 2308 section 7 and RFC 8767 section 5 allow far more, for authorities that do not answer
        /// each other; nothing above 5 s makes sense between a program and its agent.
        public var maximumFailureTimeToLive: Duration = .seconds(1)

        /// How old an answer may be that is given, or picked from, because Consul cannot be asked (RFC 8767). Default an hour.
        /// Zero for never.
        public var staleLimit: Duration = .seconds(3600)

        /// For how long to wait for Consul when there is an answer whose TTL is over: the client response timer of RFC 8767
        /// section 5. Default 250 ms: a healthy agent takes one.
        public var clientResponseTimer: Duration = .milliseconds(250)

        /// The defaults.
        public init() {}
    }
}

extension ServiceResolver.Configuration.Cache {
    func check() throws(ConfigurationError) {
        guard capacity > 0 else {
            throw ConfigurationError(
                variable: "cache.capacity",
                message: "\(capacity) leaves room for nothing; set cache to nil to ask every time"
            )
        }
        guard minimumTimeToLive <= maximumTimeToLive else {
            throw ConfigurationError(
                variable: "cache.minimumTimeToLive",
                message: "\(minimumTimeToLive) is more than maximumTimeToLive, \(maximumTimeToLive)"
            )
        }
    }
}
