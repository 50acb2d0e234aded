// SPDX-License-Identifier: Apache-2.0

/// The question of a query (RFC 1035 section 4.1.2).
public struct Question: Hashable, Sendable {
    /// The queried name, in the case of the query.
    public var name: DomainName

    /// The queried type.
    public var type: RecordType

    /// The queried class.
    package let recordClass: RecordClass

    /// Creates a question of the Internet class, the only one that Consul knows.
    public init(name: DomainName, type: RecordType) {
        self.name = name
        self.type = type
        recordClass = .internet
    }

    /// Copies a question out of a message.
    package init(_ view: QuestionView, in bytes: Span<UInt8>) throws(WireError) {
        name = try DomainName(view.name, in: bytes)
        type = view.type
        recordClass = view.recordClass
    }
}

extension Question: CustomStringConvertible {
    /// Name, class and type: `web.service.consul. IN SRV`.
    public var description: String {
        "\(name) \(recordClass) \(type)"
    }
}
