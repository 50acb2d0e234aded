// SPDX-License-Identifier: Apache-2.0

extension ServiceEntry {
    /// A check of an instance or of its node.
    public struct Check: Hashable, Sendable {
        /// The id of the check, unique on its node.
        public var id = ""

        /// The name of the check, for users.
        public var name = ""

        /// The status of the check.
        public var status = HealthStatus.unknown

        /// The id of the instance that the check belongs to; empty for a check of the node.
        public var serviceID = ""

        /// The last output of the check; `nil` unless `Fields.checkOutput` was requested.
        package var output: String?

        /// The operator's notes, and in maintenance mode the reason; `nil` unless `Fields.checkOutput` was requested.
        package var notes: String?

        /// Creates an empty check.
        package init() {}

        /// True if the check is one of the node, and so concerns every instance on it.
        package var isNodeCheck: Bool { serviceID.isEmpty }

        /// True for the check that Consul creates while a node or an instance is under maintenance.
        package var isMaintenance: Bool { id == "_node_maintenance" || id.hasPrefix("_service_maintenance:") }
    }
}

extension ServiceEntry.Check {
    static func list(
        reading reader: inout JSONReader,
        in bytes: Span<UInt8>,
        fields: ServiceEntry.Fields
    ) throws(JSONError) -> [ServiceEntry.Check] {
        try reader.readArray(in: bytes) { reader throws(JSONError) in
            try ServiceEntry.Check(reading: &reader, in: bytes, fields: fields)
        }
    }

    init(reading reader: inout JSONReader, in bytes: Span<UInt8>, fields: ServiceEntry.Fields) throws(JSONError) {
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "CheckID": id = try reader.read(in: bytes)
            case "Name" where fields.contains(.labels): name = try reader.read(in: bytes)
            case "Status": status = try reader.read(in: bytes)
            case "ServiceID": serviceID = try reader.read(in: bytes)
            case "Output" where fields.contains(.checkOutput): output = try reader.read(in: bytes)
            case "Notes" where fields.contains(.checkOutput): notes = try reader.read(in: bytes)
            default: try reader.skipValue(in: bytes)
            }
        }
    }
}
