// SPDX-License-Identifier: Apache-2.0

/// The type of a record or of a question (RFC 1035 section 3.2.2).
public struct RecordType: RawRepresentable, Hashable, Sendable {
    /// The number on the wire.
    public var rawValue: UInt16

    /// Creates a value from its number, known or not.
    @inlinable
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// An IPv4 address.
    @inlinable public static var a: RecordType { RecordType(rawValue: 1) }

    /// A nameserver of a zone.
    @inlinable public static var ns: RecordType { RecordType(rawValue: 2) }

    /// The canonical name behind an alias.
    @inlinable public static var cname: RecordType { RecordType(rawValue: 5) }

    /// The start of a zone; in a negative answer, the time for which it may be cached (RFC 2308).
    @inlinable public static var soa: RecordType { RecordType(rawValue: 6) }

    /// A name for an address.
    @inlinable public static var ptr: RecordType { RecordType(rawValue: 12) }

    /// A mail exchange.
    @inlinable package static var mx: RecordType { RecordType(rawValue: 15) }

    /// Strings; Consul sends node metadata in them.
    @inlinable public static var txt: RecordType { RecordType(rawValue: 16) }

    /// An IPv6 address (RFC 3596).
    @inlinable public static var aaaa: RecordType { RecordType(rawValue: 28) }

    /// The location of a service (RFC 2782).
    @inlinable public static var srv: RecordType { RecordType(rawValue: 33) }

    /// The pseudo-record of EDNS, never data (RFC 6891).
    @inlinable package static var opt: RecordType { RecordType(rawValue: 41) }

    /// Every type, in a question; Consul answers with addresses.
    @inlinable public static var any: RecordType { RecordType(rawValue: 255) }
}

extension RecordType: MnemonicCode {
    @usableFromInline package static let mnemonics = MnemonicTable(
        prefix: "TYPE",
        largest: .max,
        words: [
            (1, "A"), (2, "NS"), (5, "CNAME"), (6, "SOA"), (12, "PTR"), (15, "MX"), (16, "TXT"), (28, "AAAA"),
            (33, "SRV"), (41, "OPT"), (255, "ANY"),
        ]
    )
}
