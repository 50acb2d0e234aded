// SPDX-License-Identifier: Apache-2.0

/// One record, copied out of its message (RFC 1035 section 4.1.3).
public struct ResourceRecord: Hashable, Sendable {
    /// The name that the record is about.
    public var name: DomainName

    /// What the record holds.
    public var type: RecordType

    /// The class; for OPT the largest UDP message that the sender takes.
    public var recordClass: RecordClass

    /// How many seconds the record may be kept; 0 for OPT and where the top bit was set (RFC 2181 section 8).
    public var ttl: UInt32

    /// What the record says.
    public var data: RecordData

    /// A record of its parts.
    public init(name: DomainName, type: RecordType, recordClass: RecordClass, ttl: UInt32, data: RecordData) {
        self.name = name
        self.type = type
        self.recordClass = recordClass
        self.ttl = ttl
        self.data = data
    }

    /// A copy of a record inside a message.
    public init(_ view: RecordView, in bytes: Span<UInt8>) throws(WireError) {
        self.init(
            name: try DomainName(view.owner, in: bytes),
            type: view.type,
            recordClass: view.recordClass,
            ttl: view.ttl,
            data: try RecordData(view, in: bytes)
        )
    }
}

extension ResourceRecord: CustomStringConvertible {
    /// The line of a zone file: `web.service.consul. 0 IN SRV 1 1 8080 n1.node.dc1.consul.`.
    public var description: String {
        "\(name) \(ttl) \(recordClass) \(type) \(data)"
    }
}
