// SPDX-License-Identifier: Apache-2.0

/// What a query asks for (RFC 1035 section 4.1.2).
public struct Question: Hashable, Sendable {
    /// The name asked for, in the case in which it was asked.
    public var name: DomainName

    /// The type asked for.
    public var type: RecordType

    /// The class asked for.
    public var recordClass: RecordClass

    /// A question, by default of the internet class.
    public init(name: DomainName, type: RecordType, recordClass: RecordClass = .internet) {
        self.name = name
        self.type = type
        self.recordClass = recordClass
    }

    /// A copy of a question inside a message.
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
