// SPDX-License-Identifier: Apache-2.0

extension EncodedName {
    /// Whether both are the same name, upper and lower case being equal (RFC 4343 section 3).
    @inlinable
    public func isEqual(to other: EncodedName, in bytes: Span<UInt8>) throws(WireError) -> Bool {
        var left = EncodedLabels(self)
        var right = EncodedLabels(other)
        while let leftLabel = try left.next(in: bytes) {
            guard let rightLabel = try right.next(in: bytes), leftLabel.count == rightLabel.count else { return false }
            // Shared bytes need no comparing, and compression makes names share most of theirs.
            guard leftLabel.start != rightLabel.start else { continue }
            for index in 0..<leftLabel.count {
                let leftByte = lowercasedASCII(bytes[leftLabel.start &+ index])
                guard leftByte == lowercasedASCII(bytes[rightLabel.start &+ index]) else { return false }
            }
        }
        return try right.next(in: bytes) == nil
    }

    /// Whether the name is the given one, upper and lower case being equal (RFC 4343 section 3).
    public func isEqual(to other: DomainName, in bytes: Span<UInt8>) throws(WireError) -> Bool {
        let expected = other.wireBytes.span
        var labels = EncodedLabels(self)
        var position = 0
        while let label = try labels.next(in: bytes) {
            // A different length is also how the expected name's root is noticed.
            guard Int(expected[position]) == label.count else { return false }
            position += 1
            for index in 0..<label.count {
                let byte = lowercasedASCII(bytes[label.start &+ index])
                guard byte == lowercasedASCII(expected[position &+ index]) else { return false }
            }
            position += label.count
        }
        return expected[position] == 0
    }

    /// A hash that is the same for names that differ only in case (FNV-1a, 64 bits, over the lower-case wire bytes).
    ///
    /// Made to find candidates in a table. Anyone can construct names with equal hashes, so a hit has to be confirmed
    /// by `isEqual(to:in:)`, and a table must be bounded by the message that it is built from.
    @inlinable
    public func caseInsensitiveHash(in bytes: Span<UInt8>) throws(WireError) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        var labels = EncodedLabels(self)
        while let label = try labels.next(in: bytes) {
            hash = (hash ^ UInt64(truncatingIfNeeded: label.count)) &* 0x0000_0100_0000_01b3
            for index in 0..<label.count {
                hash = (hash ^ UInt64(lowercasedASCII(bytes[label.start &+ index]))) &* 0x0000_0100_0000_01b3
            }
        }
        return hash
    }
}
