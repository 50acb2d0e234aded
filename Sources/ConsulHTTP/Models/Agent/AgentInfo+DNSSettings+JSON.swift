// SPDX-License-Identifier: Apache-2.0

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
