// SPDX-License-Identifier: Apache-2.0

/// The health of an instance that is registered with the queried agent: `/v1/agent/health/service/…`.
public struct AgentServiceHealth: Hashable, Sendable {
    /// The worst status of the checks, as the agent reports it.
    public var status: HealthStatus

    /// The instance.
    public var service: ServiceEntry.Service

    /// The checks of the instance, and those checks of the agent's node that were registered with it.
    public var checks: [ServiceEntry.Check]

    /// Creates an instance with its health.
    package init(
        status: HealthStatus = .unknown,
        service: ServiceEntry.Service = .init(),
        checks: [ServiceEntry.Check] = []
    ) {
        self.status = status
        self.service = service
        self.checks = checks
    }
}

extension AgentServiceHealth {
    /// Decodes the body of an answer: an array if the query was by name, one object if it was by id.
    ///
    /// - Parameters:
    ///   - bytes: The whole body, uncompressed. Its format is the same for every status: 200, 429 for warning, 503 for
    ///     critical.
    ///   - fields: The optional fields to decode of every instance and check.
    /// - Throws: ``JSONError`` if the body is neither.
    package static func decodeList(
        _ bytes: Span<UInt8>,
        fields: ServiceEntry.Fields = .standard
    ) throws(JSONError) -> [AgentServiceHealth] {
        try JSONReader.document(bytes) { reader throws(JSONError) in
            guard try reader.peek(in: bytes) == UInt8(ascii: "{") else {
                return try reader.readArray(in: bytes) { reader throws(JSONError) in
                    try AgentServiceHealth(reading: &reader, in: bytes, fields: fields)
                }
            }
            return [try AgentServiceHealth(reading: &reader, in: bytes, fields: fields)]
        }
    }

    init(reading reader: inout JSONReader, in bytes: Span<UInt8>, fields: ServiceEntry.Fields) throws(JSONError) {
        self.init()
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "AggregatedStatus": status = try reader.read(in: bytes)
            case "Service": service = try ServiceEntry.Service(reading: &reader, in: bytes, fields: fields)
            case "Checks": checks = try ServiceEntry.Check.list(reading: &reader, in: bytes, fields: fields)
            default: try reader.skipValue(in: bytes)
            }
        }
    }
}
