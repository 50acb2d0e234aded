// SPDX-License-Identifier: Apache-2.0

/// The question of a query (RFC 1035 section 4.1.2).
public struct Question: Hashable, Sendable {
    /// The queried name, in the case of the query.
    public var name: DomainName

    /// The queried type.
    public var type: RecordType

    /// The queried class.
    public var recordClass: RecordClass

    /// Creates a question, by default of the Internet class.
    public init(name: DomainName, type: RecordType, recordClass: RecordClass = .internet) {
        self.name = name
        self.type = type
        self.recordClass = recordClass
    }

    /// Copies a question out of a message.
    public init(_ view: QuestionView, in bytes: Span<UInt8>) throws(WireError) {
        self.init(
            name: try DomainName(view.name, in: bytes),
            type: view.type,
            recordClass: view.recordClass
        )
    }
}

extension Question: CustomStringConvertible {
    /// Name, class and type: `web.service.consul. IN SRV`.
    public var description: String {
        "\(name) \(recordClass) \(type)"
    }
}

/// A question inside a message, without a copy.
public struct QuestionView: Hashable, Sendable {
    /// The queried name.
    public var name: EncodedName

    /// The queried type.
    public var type: RecordType

    /// The queried class.
    public var recordClass: RecordClass

    /// Parses the question at an offset, and moves the offset behind it.
    @inlinable
    public init(parsing bytes: Span<UInt8>, at offset: inout Int) throws(WireError) {
        name = EncodedName(offset: offset)
        let end = try name.end(in: bytes)
        guard bytes.count &- end >= 4 else { throw WireError(.truncated, at: end) }
        type = RecordType(rawValue: bytes.readUInt16(at: end))
        recordClass = RecordClass(rawValue: bytes.readUInt16(at: end &+ 2))
        offset = end &+ 4
    }
}
