// SPDX-License-Identifier: Apache-2.0

/// The result of executing a prepared query: `/v1/query/…/execute`.
public struct PreparedQueryResult: Hashable, Sendable {
    /// The service that the query is for.
    public var service: String

    /// The instances of the service, nearest first if the query says so. Checks may be missing.
    public var nodes: [ServiceEntry]

    /// The TTL of Consul's DNS answer, if the query sets one.
    public var timeToLive: Duration?

    /// The datacenter of the instances: another one after a failover.
    public var datacenter: String

    /// The number of other datacenters that were tried before instances were found.
    public var failovers: Int

    /// Creates a result.
    package init(
        service: String = "",
        nodes: [ServiceEntry] = [],
        timeToLive: Duration? = nil,
        datacenter: String = "",
        failovers: Int = 0
    ) {
        self.service = service
        self.nodes = nodes
        self.timeToLive = timeToLive
        self.datacenter = datacenter
        self.failovers = failovers
    }
}

extension PreparedQueryResult {
    /// Decodes the body of an answer.
    ///
    /// - Parameters:
    ///   - bytes: The whole body, uncompressed.
    ///   - fields: The optional fields to decode of every instance.
    /// - Throws: ``JSONError`` if the body is not such an object.
    package init(decoding bytes: Span<UInt8>, fields: ServiceEntry.Fields = .standard) throws(JSONError) {
        self = try JSONReader.document(bytes) { reader throws(JSONError) in
            try PreparedQueryResult(reading: &reader, in: bytes, fields: fields)
        }
    }

    init(reading reader: inout JSONReader, in bytes: Span<UInt8>, fields: ServiceEntry.Fields) throws(JSONError) {
        self.init()
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "Service": service = try reader.read(in: bytes)
            case "Nodes": nodes = try ServiceEntry.list(reading: &reader, in: bytes, fields: fields)
            case "DNS": timeToLive = try reader.readQueryTimeToLive(in: bytes)
            case "Datacenter": datacenter = try reader.read(in: bytes)
            case "Failovers": failovers = try reader.read(in: bytes)
            default: try reader.skipValue(in: bytes)
            }
        }
    }
}

extension JSONReader {
    /// Reads the DNS settings of a prepared query. The only member is the TTL, an empty string if the query sets none.
    package mutating func readQueryTimeToLive(in bytes: Span<UInt8>) throws(JSONError) -> Duration? {
        var timeToLive: Duration?
        guard try beginObject(in: bytes) else { return nil }
        while let key = try nextKey(in: bytes) {
            switch key {
            case "TTL": timeToLive = try readIfPossible(in: bytes)
            default: try skipValue(in: bytes)
            }
        }
        return timeToLive
    }
}
