// SPDX-License-Identifier: Apache-2.0

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
    public var lowercased: DomainName {
        DomainName(uncheckedWireBytes: wireBytes.map(lowercasedASCII))
    }
}
