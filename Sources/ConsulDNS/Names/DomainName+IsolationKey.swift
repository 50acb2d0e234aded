// SPDX-License-Identifier: Apache-2.0

package import DNSWire

extension DomainName {
    /// A key for the remote scope that Consul may have to query about a name. Equal for names in the same datacenter
    /// (or with the same namespace and so on), whatever their subject.
    ///
    /// Consul answers about other datacenters by querying them, and waits for one that hangs. A prepared query may fail
    /// over to other datacenters, so each has a key of its own. The key is a hash of the labels right of the keyword
    /// (FNV-1a, 64 bits). Two scopes with the same hash share connections, which has no other effect.
    var isolationKey: UInt64 {
        let bytes = wireBytes.span
        var start = 0
        var hasKeyword = false
        var offset = 0
        while bytes[offset] != 0 {
            let next = offset + 1 + Int(bytes[offset])
            switch DomainName.word(bytes, from: offset + 1, to: next) {
            case DomainName.query: (start, hasKeyword) = (offset, true)
            case DomainName.service, DomainName.connect, DomainName.virtual, DomainName.ingress, DomainName.node,
                DomainName.addr:
                (start, hasKeyword) = (next, true)
            default:
                // `_web._tcp.consul`: RFC 2782 without a keyword. Right of a keyword, an underscore begins the name of
                // a datacenter, which Consul allows.
                if !hasKeyword, bytes[offset + 1] == UInt8(ascii: "_") { start = next }
            }
            offset = next
        }
        // Names without a keyword share one key.
        return start > 0 ? DomainName.hash(bytes, from: start) : DomainName.hash(bytes, from: bytes.count)
    }

    /// Returns true if an agent that serves a domain may have to query other servers about this name, and so be as
    /// silent as they are: about another datacenter, a prepared query, a name of another domain.
    package func mayBePassedOn(inDomain domain: DomainName) -> Bool {
        isolationKey != DomainName.hash(domain.wireBytes.span, from: 0)
    }

    private static func hash(_ bytes: Span<UInt8>, from start: Int) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in start..<bytes.count {
            hash = (hash ^ UInt64(lowercasedASCII(bytes[index]))) &* 0x0000_0100_0000_01b3
        }
        return hash
    }

    /// Returns a short label as a number; 0 for a longer one.
    private static func word(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> UInt64 {
        guard end - start <= 7 else { return 0 }
        var word: UInt64 = 0
        for index in start..<end { word = word << 8 | UInt64(lowercasedASCII(bytes[index])) }
        return word
    }

    private static let query: UInt64 = 0x71_75_65_72_79
    private static let service: UInt64 = 0x73_65_72_76_69_63_65
    private static let connect: UInt64 = 0x63_6f_6e_6e_65_63_74
    private static let virtual: UInt64 = 0x76_69_72_74_75_61_6c
    private static let ingress: UInt64 = 0x69_6e_67_72_65_73_73
    private static let node: UInt64 = 0x6e_6f_64_65
    private static let addr: UInt64 = 0x61_64_64_72
}
