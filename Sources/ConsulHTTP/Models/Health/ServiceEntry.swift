// SPDX-License-Identifier: Apache-2.0

/// One instance of a service: its registration, its node and its checks.
///
/// `/v1/health/service/…`, `/v1/health/connect/…` and `/v1/health/ingress/…` answer a list of these, and so do prepared
/// queries, as their nodes. Absent and null members are empty here.
public struct ServiceEntry: Hashable, Sendable {
    /// The node that the instance is registered on.
    public var node: Node

    /// The instance.
    public var service: Service

    /// The checks of the instance and those of its node, in no defined order.
    public var checks: [Check]

    /// Creates an instance.
    package init(node: Node = Node(), service: Service = Service(), checks: [Check] = []) {
        self.node = node
        self.service = service
        self.checks = checks
    }
}

extension ServiceEntry {
    /// The optional fields of an answer. Names and ids of instances, names of nodes, addresses, ports, tags, weights, and
    /// the ids and statuses of checks are always decoded.
    ///
    /// Fields that were not requested are empty in the result, and cost only the time to skip them.
    package struct Fields: OptionSet, Hashable, Sendable {
        /// The bits.
        package let rawValue: UInt8

        /// A set from its bits.
        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// `meta` of the node and of the instance.
        package static let meta = Fields(rawValue: 1 << 0)

        /// `taggedAddresses` of the node and of the instance.
        package static let taggedAddresses = Fields(rawValue: 1 << 1)

        /// `output` and `notes` of checks: text for users, up to 4 kB each by default, which may contain any output of
        /// the checked program.
        package static let checkOutput = Fields(rawValue: 1 << 2)

        /// `id` of the node and `name` of checks. An answer with a thousand instances has thousands of them, each too long
        /// to be kept without an allocation.
        package static let labels = Fields(rawValue: 1 << 3)

        /// The fields that the choice of an instance can depend on.
        package static let choice: Fields = [.meta, .taggedAddresses]

        /// All fields except the text of checks.
        package static let standard: Fields = [.choice, .labels]

        /// All fields.
        package static let all: Fields = [.standard, .checkOutput]
    }
}

extension ServiceEntry {
    /// Decodes the body of an answer: a JSON array of instances, or null for none.
    ///
    /// Unknown members are skipped. Time and memory are linear in the size of the requested fields; the result keeps no
    /// reference to `bytes`.
    ///
    /// - Parameters:
    ///   - bytes: The whole body, uncompressed.
    ///   - fields: The optional fields to decode.
    /// - Throws: ``JSONError`` if the body is not such an array. There are no partial results: in half a list, the
    ///   missing instances would seem to be deregistered.
    package static func decodeList(
        _ bytes: Span<UInt8>,
        fields: Fields = .standard
    ) throws(JSONError) -> [ServiceEntry] {
        try JSONReader.document(bytes) { reader throws(JSONError) in
            try list(reading: &reader, in: bytes, fields: fields)
        }
    }

    /// Decodes the body of an answer from an array; see ``decodeList(_:fields:)-(Span<UInt8>,_)``.
    package static func decodeList(
        _ bytes: [UInt8],
        fields: Fields = .standard
    ) throws(JSONError) -> [ServiceEntry] {
        try decodeList(bytes.span, fields: fields)
    }

    static func list(
        reading reader: inout JSONReader,
        in bytes: Span<UInt8>,
        fields: Fields
    ) throws(JSONError) -> [ServiceEntry] {
        try reader.readArray(in: bytes) { reader throws(JSONError) in
            try ServiceEntry(reading: &reader, in: bytes, fields: fields)
        }
    }

    init(reading reader: inout JSONReader, in bytes: Span<UInt8>, fields: Fields) throws(JSONError) {
        // Not by `self.init()`: a delegating initializer copies the whole value at its end, and so for its members.
        (node, service, checks) = (Node(), Service(), [])
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "Node": node = try Node(reading: &reader, in: bytes, fields: fields)
            case "Service": service = try Service(reading: &reader, in: bytes, fields: fields)
            case "Checks": checks = try Check.list(reading: &reader, in: bytes, fields: fields)
            default: try reader.skipValue(in: bytes)
            }
        }
    }
}
