// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// A record inside a message, without a copy: its fixed fields, and the offsets of its name and its data.
@usableFromInline
package struct RecordView: Hashable, Sendable {
    /// The section of the message that contains the record.
    @usableFromInline package var section: MessageSection

    /// The owner name of the record.
    @usableFromInline package var owner: EncodedName

    /// The type of the record.
    @usableFromInline package var type: RecordType

    /// The class; for OPT the largest UDP message that the sender accepts.
    @usableFromInline package var recordClass: RecordClass

    /// The TTL field, unchanged; see `ttl` for its meaning.
    @usableFromInline package var ttlField: UInt32

    /// The offset of the first byte of the data.
    @usableFromInline package var dataOffset: Int

    /// The number of bytes of the data. The cursor has checked that they are within the message.
    @usableFromInline package var dataCount: Int

    /// The number of seconds for which the record may be cached.
    ///
    /// Zero if the top bit is set, because the sender cannot have meant 68 years or more (RFC 2181 section 8), and for
    /// OPT, which has flags in this field (RFC 6891 section 6.1.3).
    @inlinable
    package var ttl: UInt32 {
        ttlField >> 31 == 1 || type == .opt ? 0 : ttlField
    }

    @inlinable
    init(
        section: MessageSection,
        owner: EncodedName,
        type: RecordType,
        recordClass: RecordClass,
        ttlField: UInt32,
        dataOffset: Int,
        dataCount: Int
    ) {
        self.section = section
        self.owner = owner
        self.type = type
        self.recordClass = recordClass
        self.ttlField = ttlField
        self.dataOffset = dataOffset
        self.dataCount = dataCount
    }
}

/// The section of a message that contains a record (RFC 1035 section 4.1).
@usableFromInline
package enum MessageSection: Hashable, Sendable, CaseIterable {
    /// Records that answer the question.
    case answer

    /// Records about the authority for the name; in a negative answer, the zone's SOA (RFC 2308).
    case authority

    /// Records that save a further query, such as the addresses of SRV targets, and OPT.
    case additional
}

extension RecordView {
    /// Returns the address of an A or AAAA record of the Internet class, nil for any other record.
    ///
    /// Type 1 has another meaning in other classes (RFC 1035 section 3.4).
    @inlinable
    package func address(in bytes: Span<UInt8>) throws(WireError) -> IPAddress? {
        guard recordClass == .internet else { return nil }
        if type == .a {
            guard dataCount == 4 else { throw WireError(.badRecordLength, at: dataOffset) }
            return .v4(IPv4Address(rawValue: bytes.readUInt32(at: dataOffset)))
        }
        if type == .aaaa {
            guard dataCount == 16 else { throw WireError(.badRecordLength, at: dataOffset) }
            return .v6(
                IPv6Address(high: bytes.readUInt64(at: dataOffset), low: bytes.readUInt64(at: dataOffset &+ 8))
            )
        }
        return nil
    }

    /// Returns the fields of an SRV record of the Internet class, nil for any other record.
    ///
    /// RFC 2782 forbids compression of the target, but older servers compress it, so both forms are accepted.
    @inlinable
    package func service(in bytes: Span<UInt8>) throws(WireError) -> ServiceView? {
        guard type == .srv, recordClass == .internet else { return nil }
        guard dataCount > 6 else { throw WireError(.badRecordLength, at: dataOffset) }
        let target = EncodedName(offset: dataOffset &+ 6)
        guard try target.end(in: bytes) == dataOffset &+ dataCount else {
            throw WireError(.badRecordLength, at: dataOffset)
        }
        return ServiceView(
            priority: bytes.readUInt16(at: dataOffset),
            weight: bytes.readUInt16(at: dataOffset &+ 2),
            port: bytes.readUInt16(at: dataOffset &+ 4),
            target: target
        )
    }
}

/// The fields of an SRV record inside a message, without a copy (RFC 2782).
@usableFromInline
package struct ServiceView: Hashable, Sendable {
    /// The priority; targets with the lowest number are tried first.
    @usableFromInline package var priority: UInt16

    /// The share of connections among targets of one priority.
    @usableFromInline package var weight: UInt16

    /// The port; Consul sends 0 for a service without one.
    @usableFromInline package var port: UInt16

    /// The name of the machine. The root means that the service is decidedly not available.
    @usableFromInline package var target: EncodedName

    @inlinable
    init(priority: UInt16, weight: UInt16, port: UInt16, target: EncodedName) {
        self.priority = priority
        self.weight = weight
        self.port = port
        self.target = target
    }
}
