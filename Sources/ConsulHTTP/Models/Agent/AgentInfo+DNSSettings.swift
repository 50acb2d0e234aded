// SPDX-License-Identifier: Apache-2.0

extension AgentInfo {
    /// The agent's `dns_config`, and other settings that affect its DNS answers.
    public struct DNSSettings: Hashable, Sendable {
        /// The domain of the agent's DNS names, `consul.` by default.
        public var domain: String?

        /// A second domain.
        public var alternativeDomain: String?

        /// The DNS port; -1 if DNS is off.
        public var port: Int?

        /// `service_ttl`: the TTL of answers about services, by service; `*` for all others.
        public var serviceTTL: [String: Duration]?

        /// `node_ttl`: the TTL of answers about nodes.
        public var nodeTTL: Duration?

        /// `soa.min_ttl`: the TTL of negative answers.
        public var negativeTTL: Duration?

        /// `udp_answer_limit`: the maximum number of records in a UDP answer to a query without EDNS, 3 by default.
        public var udpAnswerLimit: Int?

        /// `a_record_limit`: the maximum number of addresses in an answer; 0 for no limit.
        public var addressLimit: Int?

        /// `enable_truncate`: true if a shortened UDP answer has the TC bit.
        public var marksTruncation: Bool?

        /// `only_passing`: true if answers omit instances with warnings.
        public var onlyPassing: Bool?

        /// `allow_stale`: true if any server may answer, and not only the leader.
        public var allowsStale: Bool?

        /// `max_stale`: the maximum age of such an answer.
        public var maximumStaleness: Duration?

        /// `disable_compression`: true if names in answers are not compressed, so that fewer records fit.
        public var disablesCompression: Bool?

        /// Creates settings without values.
        public init() {}
    }
}
