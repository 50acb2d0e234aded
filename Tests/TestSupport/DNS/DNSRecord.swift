// SPDX-License-Identifier: Apache-2.0

/// A resource record of a reply.
public struct DNSRecord: Sendable, Hashable {
    /// The owner name.
    public var owner: DNSName
    /// The class, 1 for the Internet.
    public var recordClass: UInt16
    /// The TTL in seconds.
    public var ttl: UInt32
    /// Type and content.
    public var data: Content

    /// Makes a record, of the Internet class by default.
    public init(_ owner: DNSName, ttl: UInt32 = 0, recordClass: UInt16 = 1, _ data: Content) {
        self.owner = owner
        self.ttl = ttl
        self.recordClass = recordClass
        self.data = data
    }

    /// Returns the OPT pseudo-record of EDNS, with its values in the class and TTL fields (RFC 6891 section 6.1).
    public static func opt(udpSize: UInt16, extendedCode: UInt8 = 0, options: [UInt8] = []) -> DNSRecord {
        DNSRecord(
            DNSName(labels: []),
            ttl: UInt32(extendedCode) << 24,
            recordClass: udpSize,
            .raw(type: DNSType.opt, options)
        )
    }
}

extension DNSRecord {
    /// The type and data of a record.
    public enum Content: Sendable, Hashable {
        /// An IPv4 address in dotted form.
        case a(String)
        /// An IPv6 address in any textual form.
        case aaaa(String)
        /// The canonical name of the owner.
        case cname(DNSName)
        /// The name of a nameserver.
        case ns(DNSName)
        /// The name of an address.
        case ptr(DNSName)
        /// Character strings, each of at most 255 bytes.
        case txt([String])
        /// The start of a zone: primary server, mailbox and the five numbers.
        case soa(DNSName, DNSName, serial: UInt32, refresh: UInt32, retry: UInt32, expire: UInt32, minimum: UInt32)
        /// The location of a service.
        case srv(priority: UInt16, weight: UInt16, port: UInt16, target: DNSName)
        /// Arbitrary bytes with an arbitrary type.
        case raw(type: UInt16, [UInt8])

        /// The type's number.
        public var type: UInt16 {
            switch self {
            case .a: DNSType.a
            case .aaaa: DNSType.aaaa
            case .cname: DNSType.cname
            case .ns: DNSType.ns
            case .ptr: DNSType.ptr
            case .txt: DNSType.txt
            case .soa: DNSType.soa
            case .srv: DNSType.srv
            case .raw(let type, _): type
            }
        }
    }
}
