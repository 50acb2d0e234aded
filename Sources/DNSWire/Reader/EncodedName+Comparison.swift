// SPDX-License-Identifier: Apache-2.0

extension EncodedName {
    /// Returns true if both are the same name, compared without case (RFC 4343 section 3).
    @inlinable
    public func isEqual(to other: EncodedName, in bytes: Span<UInt8>) throws(WireError) -> Bool {
        var left = EncodedLabels(self)
        var right = EncodedLabels(other)
        while let leftLabel = try left.next(in: bytes) {
            guard let rightLabel = try right.next(in: bytes), leftLabel.count == rightLabel.count else { return false }
            // Shared bytes are not compared: compression makes names share most of theirs.
            guard leftLabel.start != rightLabel.start else { continue }
            for index in 0..<leftLabel.count {
                let leftByte = lowercasedASCII(bytes[leftLabel.start &+ index])
                guard leftByte == lowercasedASCII(bytes[rightLabel.start &+ index]) else { return false }
            }
        }
        return try right.next(in: bytes) == nil
    }

    /// Returns true if the name equals the given one, compared without case (RFC 4343 section 3).
    public func isEqual(to other: DomainName, in bytes: Span<UInt8>) throws(WireError) -> Bool {
        let expected = other.wireBytes.span
        var labels = EncodedLabels(self)
        var position = 0
        while let label = try labels.next(in: bytes) {
            // A different length also covers the end of the expected name, its root.
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

    /// Returns a hash that is the same for names that differ only in case (FNV-1a, 64 bits, over the lowercase wire
    /// bytes).
    ///
    /// Used to find candidates in a table. An attacker can construct names with equal hashes, so a hit must be
    /// confirmed by `isEqual(to:in:)`, and a table must be bounded by the message from which it is built.
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
