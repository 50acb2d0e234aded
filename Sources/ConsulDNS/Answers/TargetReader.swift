// SPDX-License-Identifier: Apache-2.0

import DNSWire
import NetworkAddress

/// A classifier of SRV targets by their names alone.
///
/// The targets of one answer have a common suffix (`.addr.dc1.consul.`), and Consul spells out every one of them. So
/// the part behind the keyword is parsed once, and compared by its bytes afterwards.
struct TargetReader {
    /// The kind of a target. Holds no references, so that creating and dropping hundreds of them costs no reference
    /// counting.
    enum Kind {
        case address(IPAddress)
        /// The node's name, which is one label, as its range in the message.
        case node(Range<Int>)
        /// A node with dots in its name; see ``TargetReader/dottedNode(_:in:)``.
        case dottedNode
        /// A name within Consul's domain that is not a node: a service, or a newer kind.
        case otherConsulName
        case foreign
        case root
    }

    private let domain: DomainName
    private var knownSuffix = 0..<0

    init(domain: DomainName) {
        self.domain = domain
    }

    /// Classifies a target.
    ///
    /// - Parameters:
    ///   - name: The target.
    ///   - end: The offset at which the SRV record ends, where the name has to end too.
    mutating func kind(of name: EncodedName, endingAt end: Int, in bytes: Span<UInt8>) throws(WireError) -> Kind {
        let length = Int(bytes[name.offset])
        let keyword = name.offset &+ 1 &+ length
        let suffix = keyword &+ 5
        // Both "addr" and "node" have four bytes.
        guard length < 0x40, length > 0, suffix < end, bytes[keyword] == 4 else {
            return try slowKind(of: name, endingAt: end, in: bytes)
        }
        let word = bytes.readUInt32(at: keyword &+ 1) | 0x2020_2020
        guard word == Self.addr || word == Self.node, try isConsul(suffix: suffix..<end, in: bytes) else {
            return try slowKind(of: name, endingAt: end, in: bytes)
        }
        let label = (name.offset &+ 1)..<keyword
        guard word == Self.addr else { return .node(label) }
        return IPAddress(addressLabel: bytes.extracting(label)).map { .address($0.unmapped) } ?? .otherConsulName
    }

    private static let addr: UInt32 = 0x6164_6472
    private static let node: UInt32 = 0x6E6F_6465

    /// Returns true if the part behind a keyword is `[locality.]domain` without another keyword: Consul takes the first
    /// keyword from the right.
    private mutating func isConsul(suffix: Range<Int>, in bytes: Span<UInt8>) throws(WireError) -> Bool {
        if isKnown(suffix, in: bytes) { return true }
        var offset = suffix.lowerBound
        while try !EncodedName(offset: offset).isEqual(to: domain, in: bytes) {
            let length = Int(bytes[offset])
            // The root or a pointer: left to the slow path.
            guard length > 0, length < 0x40, offset &+ 1 &+ length < suffix.upperBound else { return false }
            let label = bytes.extracting((offset &+ 1)..<(offset &+ 1 &+ length))
            guard !LabelRules.isKeyword(label) else { return false }
            offset = offset &+ 1 &+ length
        }
        guard try EncodedName(offset: suffix.lowerBound).end(in: bytes) == suffix.upperBound else { return false }
        knownSuffix = suffix
        return true
    }

    private func isKnown(_ suffix: Range<Int>, in bytes: Span<UInt8>) -> Bool {
        guard !knownSuffix.isEmpty, suffix.count == knownSuffix.count else { return false }
        var (left, right) = (suffix.lowerBound, knownSuffix.lowerBound)
        while left &+ 8 <= suffix.upperBound {
            guard bytes.readUInt64(at: left) == bytes.readUInt64(at: right) else { return false }
            left &+= 8
            right &+= 8
        }
        while left < suffix.upperBound {
            guard bytes[left] == bytes[right] else { return false }
            left &+= 1
            right &+= 1
        }
        return true
    }

    // MARK: Names that are not of the usual form

    private func slowKind(of name: EncodedName, endingAt end: Int, in bytes: Span<UInt8>) throws(WireError) -> Kind {
        guard try name.end(in: bytes) == end else { throw WireError(.badRecordLength, at: name.offset) }
        let name = try DomainName(name, in: bytes)
        if name.isRoot { return .root }
        // Consul has no address for its domain itself: a host may have that name, such as `consul` in a container
        // network.
        guard name.isSubdomain(of: domain), name != domain else { return .foreign }
        guard let index = keywordIndex(in: name) else { return .otherConsulName }
        switch text(name.labels[index]).lowercased() {
        case "node" where index > 0:
            return .dottedNode
        case "addr" where index == 1:
            let label = Array(name.labels[0])
            return IPAddress(addressLabel: label.span).map { .address($0.unmapped) } ?? .otherConsulName
        default:
            return .otherConsulName
        }
    }

    /// Returns the target for a name that was not read from a message.
    func target(of name: DomainName) -> ServiceInstance.Target {
        if name.isRoot { return .unavailable }
        guard name.isSubdomain(of: domain), name != domain else { return .foreign(name) }
        guard let index = keywordIndex(in: name) else { return .consulName(name, addresses: []) }
        switch text(name.labels[index]).lowercased() {
        case "node" where index > 0:
            let node = name.labels[..<index].map(text).joined(separator: ".")
            return .node(node, addresses: [], name: name)
        case "addr" where index == 1:
            let label = Array(name.labels[0])
            guard let address = IPAddress(addressLabel: label.span) else { break }
            return .address(address.unmapped, node: nil)
        default:
            break
        }
        return .consulName(name, addresses: [])
    }

    /// Returns the node's name, all labels left of the keyword.
    func dottedNode(_ encoded: EncodedName, in bytes: Span<UInt8>) throws(WireError) -> String {
        let name = try DomainName(encoded, in: bytes)
        return name.labels[..<(keywordIndex(in: name) ?? 0)].map(text).joined(separator: ".")
    }

    /// Returns the index of the keyword as Consul finds it: the first from the right, left of the domain.
    private func keywordIndex(in name: DomainName) -> Int? {
        name.labels.dropLast(domain.labels.count).lastIndex { label in
            let bytes = Array(label)
            return LabelRules.isKeyword(bytes.span)
        }
    }

    private func text(_ label: ArraySlice<UInt8>) -> String { String(decoding: label, as: UTF8.self) }
}
