// SPDX-License-Identifier: Apache-2.0

extension AgentInfo {
    /// The agent's `dns_config` and what else of its configuration decides its DNS answers.
    public struct DNSSettings: Hashable, Sendable {
        /// The domain that it answers for, `consul.` by default.
        public var domain: String?

        /// A second one.
        public var alternativeDomain: String?

        /// The port; -1 if DNS is off.
        public var port: Int?

        /// `service_ttl`: how long answers about services may be kept, by service; `*` for all others.
        public var serviceTTL: [String: Duration]?

        /// `node_ttl`: how long answers about nodes may be kept.
        public var nodeTTL: Duration?

        /// `soa.min_ttl`: how long it may be kept that there is nothing.
        public var negativeTTL: Duration?

        /// `udp_answer_limit`: how many records a UDP answer to a query without EDNS has at most, 3 by default.
        public var udpAnswerLimit: Int?

        /// `a_record_limit`: how many addresses an answer has at most; 0 for any number.
        public var addressLimit: Int?

        /// `enable_truncate`: whether a shortened UDP answer says so.
        public var marksTruncation: Bool?

        /// `only_passing`: whether instances with warnings are left out.
        public var onlyPassing: Bool?

        /// `allow_stale`: whether any server may answer rather than only the leader.
        public var allowsStale: Bool?

        /// `max_stale`: how stale such an answer may be.
        public var maximumStaleness: Duration?

        /// `disable_compression`: whether names in answers are written out, so that fewer fit.
        public var disablesCompression: Bool?

        /// Nothing known.
        public init() {}
    }
}
