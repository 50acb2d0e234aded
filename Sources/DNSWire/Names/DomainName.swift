// SPDX-License-Identifier: Apache-2.0

/// A domain name, stored as its bytes on the wire: labels with their lengths, then the root.
///
/// Labels contain arbitrary bytes (RFC 2181 section 11). Case is preserved and ignored in comparisons (RFC 4343 section
/// 3): Consul echoes the case of the question and preserves the registered case of node names, so both spellings must
/// be the same key.
public struct DomainName: Sendable {
    /// The name without compression, at least the root's zero byte and at most 255 bytes (RFC 1035 section 2.3.4).
    package let wireBytes: [UInt8]

    /// Creates a name from bytes that are known to be valid.
    package init(uncheckedWireBytes wireBytes: [UInt8]) {
        self.wireBytes = wireBytes
    }

    /// The empty name at the top of the tree.
    package static let root = DomainName(uncheckedWireBytes: [0])

    /// Creates a name from labels, from left to right, without the root.
    ///
    /// Labels are bytes without special characters: a dot stays part of its label.
    package init(labels: some Sequence<some Sequence<UInt8>>) throws(DomainNameError) {
        var builder = DomainNameBuilder()
        for label in labels {
            for byte in label {
                try builder.append(byte)
            }
            try builder.endLabel()
        }
        self.init(uncheckedWireBytes: try builder.finish())
    }

    /// The labels from left to right, without the root; none for the root itself.
    package var labels: [ArraySlice<UInt8>] {
        var labels: [ArraySlice<UInt8>] = []
        var offset = 0
        while wireBytes[offset] != 0 {
            let end = offset + 1 + Int(wireBytes[offset])
            labels.append(wireBytes[(offset + 1)..<end])
            offset = end
        }
        return labels
    }
}

extension DomainName: Hashable {
    /// Returns true if both are the same name, compared without case (RFC 4343 section 3).
    public static func == (left: DomainName, right: DomainName) -> Bool {
        left.wireBytes.count == right.wireBytes.count
            && zip(left.wireBytes, right.wireBytes).allSatisfy { lowercasedASCII($0) == lowercasedASCII($1) }
    }

    /// Feeds the lowercase bytes to the hasher, eight at a time, which is several times faster than single bytes. The
    /// first length byte and the root at the end make the grouping unambiguous.
    public func hash(into hasher: inout Hasher) {
        var word: UInt64 = 0
        for (index, byte) in wireBytes.enumerated() {
            word = word << 8 | UInt64(lowercasedASCII(byte))
            if index & 7 == 7 {
                hasher.combine(word)
                word = 0
            }
        }
        hasher.combine(word)
    }

    /// The same name with A to Z in lower case, for output in which the spelling must not vary.
    package var lowercased: DomainName {
        DomainName(uncheckedWireBytes: wireBytes.map(lowercasedASCII))
    }
}

extension DomainName {
    /// True if this is the root.
    package var isRoot: Bool {
        wireBytes.count == 1
    }

    /// The name without its leftmost label, or nil for the root.
    package var parent: DomainName? {
        guard !isRoot else { return nil }
        return DomainName(uncheckedWireBytes: Array(wireBytes.dropFirst(1 + Int(wireBytes[0]))))
    }

    /// Returns true if the name lies within the given domain; a domain lies within itself (RFC 9499 section 7).
    package func isSubdomain(of domain: DomainName) -> Bool {
        let surplus = wireBytes.count - domain.wireBytes.count
        guard surplus >= 0 else { return false }
        // The suffix counts only where a label starts: "xconsul." is not within "consul.".
        var offset = 0
        while offset < surplus {
            offset += 1 + Int(wireBytes[offset])
        }
        return offset == surplus
            && zip(wireBytes[surplus...], domain.wireBytes).allSatisfy { lowercasedASCII($0) == lowercasedASCII($1) }
    }
}

extension DomainName {
    /// Parses the presentation format of RFC 1035 section 5.1: labels separated by dots, `\DDD` for a byte in decimal,
    /// `\X` for a special byte. The trailing dot is optional; every name is treated as complete.
    ///
    /// Characters outside ASCII become their UTF-8 bytes.
    public init(_ presentation: String) throws(DomainNameError) {
        var text = Array(presentation.utf8)[...]
        guard let first = text.first else { throw .emptyName }
        if first == UInt8(ascii: "."), text.count == 1 {
            self = .root
            return
        }
        var builder = DomainNameBuilder()
        while let byte = text.popFirst() {
            switch byte {
            case UInt8(ascii: "."): try builder.endLabel()
            case UInt8(ascii: "\\"): try builder.append(Self.escapedByte(&text))
            default: try builder.append(byte)
            }
        }
        self.init(uncheckedWireBytes: try builder.finish())
    }

    private static func escapedByte(_ text: inout ArraySlice<UInt8>) throws(DomainNameError) -> UInt8 {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard let first = text.first else { throw .badEscape }
        guard digits.contains(first) else { return text.removeFirst() }
        guard text.count >= 3, text.prefix(3).allSatisfy(digits.contains) else { throw .badEscape }
        let value = text.prefix(3).reduce(0) { $0 * 10 + Int($1 - digits.lowerBound) }
        guard let byte = UInt8(exactly: value) else { throw .badEscape }
        text.removeFirst(3)
        return byte
    }
}

extension DomainName: CustomStringConvertible {
    /// The presentation format, always with a trailing dot, in ASCII whatever the labels hold.
    public var description: String {
        guard wireBytes.count > 1 else { return "." }
        var text: [UInt8] = []
        text.reserveCapacity(wireBytes.count)
        var labelEnd = 0
        for (index, byte) in wireBytes.enumerated() {
            if index < labelEnd {
                PresentationEscape.appendLabelByte(byte, to: &text)
            } else {
                if index > 0 { text.append(UInt8(ascii: ".")) }
                labelEnd = index + 1 + Int(byte)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

/// Folds A to Z to lower case and returns every other byte unchanged: the only case rule of DNS (RFC 4343 section 3).
///
/// Length bytes of labels are at most 63, below `A`, so whole wire names can be folded without locating their labels.
@inlinable
package func lowercasedASCII(_ byte: UInt8) -> UInt8 {
    byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
}
