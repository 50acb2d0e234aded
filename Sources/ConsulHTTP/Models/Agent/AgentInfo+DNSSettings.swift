// SPDX-License-Identifier: Apache-2.0

extension AgentInfo {
    /// The agent's `dns_config`, and other settings that affect its DNS answers.
    package struct DNSSettings: Hashable, Sendable {
        /// The domain of the agent's DNS names, `consul.` by default.
        package var domain: String?

        /// A second domain.
        package var alternativeDomain: String?

        /// The DNS port; -1 if DNS is off.
        package var port: Int?

        /// `service_ttl`: the TTL of answers about services, by service; `*` for all others.
        package var serviceTTL: [String: Duration]?

        /// `node_ttl`: the TTL of answers about nodes.
        package var nodeTTL: Duration?

        /// `soa.min_ttl`: the TTL of negative answers.
        package var negativeTTL: Duration?

        /// `udp_answer_limit`: the maximum number of records in a UDP answer to a query without EDNS, 3 by default.
        package var udpAnswerLimit: Int?

        /// `a_record_limit`: the maximum number of addresses in an answer; 0 for no limit.
        package var addressLimit: Int?

        /// `enable_truncate`: true if a shortened UDP answer has the TC bit.
        package var marksTruncation: Bool?

        /// `only_passing`: true if answers omit instances with warnings.
        package var onlyPassing: Bool?

        /// `allow_stale`: true if any server may answer, and not only the leader.
        package var allowsStale: Bool?

        /// `max_stale`: the maximum age of such an answer.
        package var maximumStaleness: Duration?

        /// `disable_compression`: true if names in answers are not compressed, so that fewer records fit.
        package var disablesCompression: Bool?

        /// Creates settings without values.
        package init() {}
    }
}

extension AgentInfo.DNSSettings {
    /// Reads a member of `DebugConfig`, or skips it if it is not about DNS.
    mutating func readMember(
        _ key: JSONKey,
        of reader: inout JSONReader,
        in bytes: Span<UInt8>
    ) throws(JSONError) {
        switch key {
        case "DNSDomain": domain = try reader.readIfPossible(in: bytes)
        case "DNSAltDomain": alternativeDomain = try reader.readIfPossible(String.self, in: bytes).nonEmpty
        case "DNSPort": port = try reader.readIfPossible(in: bytes)
        case "DNSServiceTTL": serviceTTL = try reader.readIfPossible(in: bytes)
        case "DNSNodeTTL": nodeTTL = try reader.readIfPossible(in: bytes)
        case "DNSSOA": negativeTTL = try reader.readIfPossible(StartOfAuthoritySettings.self, in: bytes)?.minimumTTL
        case "DNSUDPAnswerLimit": udpAnswerLimit = try reader.readIfPossible(in: bytes)
        case "DNSARecordLimit": addressLimit = try reader.readIfPossible(in: bytes)
        case "DNSEnableTruncate": marksTruncation = try reader.readIfPossible(in: bytes)
        case "DNSOnlyPassing": onlyPassing = try reader.readIfPossible(in: bytes)
        case "DNSAllowStale": allowsStale = try reader.readIfPossible(in: bytes)
        case "DNSMaxStale": maximumStaleness = try reader.readIfPossible(in: bytes)
        case "DNSDisableCompression": disablesCompression = try reader.readIfPossible(in: bytes)
        default: try reader.skipValue(in: bytes)
        }
    }
}

extension String? {
    fileprivate var nonEmpty: String? { self == "" ? nil : self }
}

private struct StartOfAuthoritySettings: JSONReadable {
    var minimumTTL: Duration?

    init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            // In seconds, unlike all the others.
            case "Minttl": minimumTTL = try reader.readIfPossible(UInt32.self, in: bytes).map { .seconds($0) }
            default: try reader.skipValue(in: bytes)
            }
        }
    }
}
