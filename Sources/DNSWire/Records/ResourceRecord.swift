// SPDX-License-Identifier: Apache-2.0

/// One record, copied out of its message (RFC 1035 section 4.1.3).
package struct ResourceRecord: Hashable, Sendable {
    /// The owner name of the record.
    package var name: DomainName

    /// The type of the record.
    package var type: RecordType

    /// The class; for OPT the largest UDP message that the sender accepts.
    package var recordClass: RecordClass

    /// The number of seconds for which the record may be cached; 0 for OPT and if the top bit was set (RFC 2181 section
    /// 8).
    package var ttl: UInt32

    /// The data of the record.
    package var data: RecordData

    /// Creates a record from its parts.
    package init(name: DomainName, type: RecordType, recordClass: RecordClass, ttl: UInt32, data: RecordData) {
        self.name = name
        self.type = type
        self.recordClass = recordClass
        self.ttl = ttl
        self.data = data
    }

    /// Copies a record out of a message.
    package init(_ view: RecordView, in bytes: Span<UInt8>) throws(WireError) {
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
    package var description: String {
        "\(name) \(ttl) \(recordClass) \(type) \(data)"
    }
}
