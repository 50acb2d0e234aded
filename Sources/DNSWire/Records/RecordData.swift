// SPDX-License-Identifier: Apache-2.0

package import NetworkAddress

/// The data of a record, by its type.
package enum RecordData: Hashable, Sendable {
    /// An IPv4 address.
    case a(IPv4Address)

    /// An IPv6 address.
    case aaaa(IPv6Address)

    /// The location of a service.
    case srv(ServiceRecord)

    /// The canonical name behind an alias.
    case cname(DomainName)

    /// A name for an address.
    case ptr(DomainName)

    /// A nameserver.
    case ns(DomainName)

    /// A mail exchange: its preference, lower first, and its name.
    case mx(preference: UInt16, exchange: DomainName)

    /// Strings of at most 255 bytes each.
    case txt([[UInt8]])

    /// The start of a zone.
    case soa(StartOfAuthority)

    /// The content of the pseudo-record of EDNS.
    case opt(EDNS)

    /// The data of any other type, or of a type that has another meaning in the record's class (RFC 3597).
    case unknown([UInt8])
}

extension RecordData {
    /// Decodes the data of a record inside a message, which must be exactly as long as the fields of its type.
    package init(_ record: RecordView, in bytes: Span<UInt8>) throws(WireError) {
        var reader = RecordDataReader(record)
        self = try Self.read(record, with: &reader, in: bytes)
        try reader.finish()
    }

    private static func read(
        _ record: RecordView,
        with reader: inout RecordDataReader,
        in bytes: Span<UInt8>
    ) throws(WireError) -> RecordData {
        // Addresses and SRV are defined for the Internet class only (RFC 1035 section 3.4, RFC 2782).
        switch (record.type, record.recordClass) {
        case (.a, .internet): .a(IPv4Address(rawValue: try reader.uint32(in: bytes)))
        case (.aaaa, .internet):
            .aaaa(IPv6Address(high: try reader.uint64(in: bytes), low: try reader.uint64(in: bytes)))
        case (.srv, .internet): .srv(try service(with: &reader, in: bytes))
        case (.cname, _): .cname(try reader.name(in: bytes))
        case (.ptr, _): .ptr(try reader.name(in: bytes))
        case (.ns, _): .ns(try reader.name(in: bytes))
        case (.mx, _): .mx(preference: try reader.uint16(in: bytes), exchange: try reader.name(in: bytes))
        case (.txt, _): .txt(try strings(with: &reader, in: bytes))
        case (.soa, _): .soa(try authority(with: &reader, in: bytes))
        case (.opt, _): .opt(try edns(record, with: &reader, in: bytes))
        default: .unknown(try reader.bytes(record.dataCount, in: bytes))
        }
    }

    private static func service(
        with reader: inout RecordDataReader,
        in bytes: Span<UInt8>
    ) throws(WireError) -> ServiceRecord {
        ServiceRecord(
            priority: try reader.uint16(in: bytes),
            weight: try reader.uint16(in: bytes),
            port: try reader.uint16(in: bytes),
            target: try reader.name(in: bytes)
        )
    }

    private static func strings(
        with reader: inout RecordDataReader,
        in bytes: Span<UInt8>
    ) throws(WireError) -> [[UInt8]] {
        var strings: [[UInt8]] = []
        while !reader.isAtEnd {
            let count = Int(try reader.uint8(in: bytes))
            strings.append(try reader.bytes(count, in: bytes))
        }
        return strings
    }

    private static func authority(
        with reader: inout RecordDataReader,
        in bytes: Span<UInt8>
    ) throws(WireError) -> StartOfAuthority {
        StartOfAuthority(
            primaryServer: try reader.name(in: bytes),
            mailbox: try reader.name(in: bytes),
            serial: try reader.uint32(in: bytes),
            refresh: try reader.uint32(in: bytes),
            retry: try reader.uint32(in: bytes),
            expire: try reader.uint32(in: bytes),
            minimum: try reader.uint32(in: bytes)
        )
    }

    private static func edns(
        _ record: RecordView,
        with reader: inout RecordDataReader,
        in bytes: Span<UInt8>
    ) throws(WireError) -> EDNS {
        var edns = EDNS(
            payloadSize: record.recordClass.rawValue,
            extendedResponseCode: UInt8(record.ttlField >> 24),
            version: UInt8(record.ttlField >> 16 & 0xff),
            flags: UInt16(record.ttlField & 0xffff)
        )
        while !reader.isAtEnd {
            let code = try reader.uint16(in: bytes)
            let count = Int(try reader.uint16(in: bytes))
            edns.options.append(EDNSOption(code: code, data: try reader.bytes(count, in: bytes)))
        }
        return edns
    }
}

extension RecordData: CustomStringConvertible {
    /// The presentation format of RFC 1035 section 5, or of RFC 3597 section 5 for data of unknown meaning.
    package var description: String {
        switch self {
        case .a(let address): address.description
        case .aaaa(let address): address.description
        case .srv(let service): service.description
        case .cname(let name), .ptr(let name), .ns(let name): name.description
        case .mx(let preference, let exchange): "\(preference) \(exchange)"
        case .txt(let strings): strings.map(Self.quoted).joined(separator: " ")
        case .soa(let authority): authority.description
        case .opt(let edns): edns.description
        case .unknown(let data): Self.opaque(data)
        }
    }

    private static func quoted(_ string: [UInt8]) -> String {
        var text = [UInt8(ascii: "\"")]
        for byte in string {
            PresentationEscape.appendQuotedByte(byte, to: &text)
        }
        text.append(UInt8(ascii: "\""))
        return String(decoding: text, as: UTF8.self)
    }

    private static func opaque(_ data: [UInt8]) -> String {
        guard !data.isEmpty else { return "\\# 0" }
        let digits = Array("0123456789abcdef".utf8)
        let hex = data.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0xf)]] }
        return "\\# \(data.count) \(String(decoding: hex, as: UTF8.self))"
    }
}
