// SPDX-License-Identifier: Apache-2.0

import DNSWire
import NetworkAddress

/// Tells from an SRV target's name alone what kind of target it is.
///
/// The targets of one answer end alike (`.addr.dc1.consul.`), and Consul spells every one of them in full. So the part
/// behind the keyword is judged once, and recognised by its bytes from then on.
struct TargetReader {
    enum Kind {
        case address(IPAddress)
        /// The node's name, which is one label, by its place in the message.
        case node(Range<Int>)
        /// The node's name has dots.
        case dottedNode(String)
        /// Within Consul's domain, but not a node: a service, or something newer than this code.
        case otherConsulName
        case foreign
        case root
    }

    private let domain: DomainName
    private var knownSuffix = 0..<0

    init(domain: DomainName) {
        self.domain = domain
    }

    /// - Parameters:
    ///   - name: The target.
    ///   - end: The offset at which its record ends.
    mutating func kind(of name: EncodedName, endingAt end: Int, in bytes: Span<UInt8>) throws(WireError) -> Kind {
        let length = Int(bytes[name.offset])
        if length == 0 { return .root }
        let keyword = name.offset &+ 1 &+ length
        // "addr" and "node" have four bytes both.
        guard length < 0x40, keyword &+ 5 < end, bytes[keyword] == 4 else { return try slowKind(of: name, in: bytes) }
        let isAddress = matches("addr", at: keyword &+ 1, in: bytes)
        guard isAddress || matches("node", at: keyword &+ 1, in: bytes),
            try isConsul(suffix: (keyword &+ 5)..<end, in: bytes)
        else { return try slowKind(of: name, in: bytes) }
        guard isAddress else { return .node((name.offset &+ 1)..<keyword) }
        let label = bytes.extracting((name.offset &+ 1)..<keyword)
        return AddressLabel.address(of: label).map { .address($0.unmapped) } ?? .otherConsulName
    }

    /// Whether what stands behind a keyword is `[where.]domain`, with no other keyword in it: Consul takes the first one
    /// from the right.
    private mutating func isConsul(suffix: Range<Int>, in bytes: Span<UInt8>) throws(WireError) -> Bool {
        if isKnown(suffix, in: bytes) { return true }
        let name = try DomainName(EncodedName(offset: suffix.lowerBound), in: bytes)
        guard name.isSubdomain(of: domain), keywordIndex(in: name) == nil else { return false }
        knownSuffix = suffix
        return true
    }

    private func isKnown(_ suffix: Range<Int>, in bytes: Span<UInt8>) -> Bool {
        guard !knownSuffix.isEmpty, suffix.count == knownSuffix.count else { return false }
        for index in 0..<suffix.count
        where bytes[suffix.lowerBound &+ index] != bytes[knownSuffix.lowerBound &+ index] {
            return false
        }
        return true
    }

    private func matches(_ word: StaticString, at offset: Int, in bytes: Span<UInt8>) -> Bool {
        for index in 0..<4 where bytes[offset &+ index] | 0x20 != word.utf8Start[index] { return false }
        return true
    }

    // MARK: Names that are not of the usual form

    private func slowKind(of encoded: EncodedName, in bytes: Span<UInt8>) throws(WireError) -> Kind {
        let name = try DomainName(encoded, in: bytes)
        if name.isRoot { return .root }
        guard name.isSubdomain(of: domain) else { return .foreign }
        let labels = name.labels
        guard let index = keywordIndex(in: name) else { return .otherConsulName }
        switch text(labels[index]).lowercased() {
        case "node" where index > 0:
            return .dottedNode(labels[..<index].map(text).joined(separator: "."))
        case "addr" where index == 1:
            let label = Array(labels[0])
            return AddressLabel.address(of: label.span).map { .address($0.unmapped) } ?? .otherConsulName
        default:
            return .otherConsulName
        }
    }

    /// The index of the keyword that Consul would see: the first from the right, left of the domain.
    private func keywordIndex(in name: DomainName) -> Int? {
        name.labels.dropLast(domain.labels.count).lastIndex { LabelRules.isKeyword(text($0)) }
    }

    private func text(_ label: ArraySlice<UInt8>) -> String { String(decoding: label, as: UTF8.self) }
}
