// SPDX-License-Identifier: Apache-2.0

/// A name inside a message, as the offset at which it starts: an iteration takes four machine words, and no copy is
/// made.
///
/// Two values are equal if they have the same offset, which is cheaper than and different from being the same name;
/// `isEqual(to:in:)` compares names. The methods must be passed the message to which the offset belongs.
@usableFromInline
package struct EncodedName: Hashable, Sendable {
    /// The offset of the first byte, counted from the start of the message.
    @usableFromInline package var offset: Int

    /// Creates the name that starts at an offset of a message; it is checked when it is read.
    @inlinable
    package init(offset: Int) {
        self.offset = offset
    }

    /// Returns the offset behind the name, which is behind its first pointer if it has one.
    ///
    /// The pointer itself is not followed: it is checked when the name is read.
    @inlinable
    package func end(in bytes: Span<UInt8>) throws(WireError) -> Int {
        var position = offset
        while bytes.indices.contains(position) {
            let lead = bytes[position]
            if lead == 0 { return position &+ 1 }
            if lead >= 0xc0 {
                guard position &+ 1 < bytes.count else { break }
                return position &+ 2
            }
            guard lead < 0x40 else { throw WireError(.reservedLabelType, at: position) }
            position &+= Int(lead) &+ 1
            guard position &- offset < 255 else { throw WireError(.nameTooLong, at: offset) }
        }
        throw WireError(.truncated, at: offset)
    }

    /// Returns the same name at the offset of its first label: pointers at its start are followed.
    ///
    /// Consul writes the owner of an address as a bare pointer to its SRV target, so the two resolve to equal values
    /// and can be joined without reading a label. Equal names may resolve to different offsets, so a miss must be
    /// confirmed by `isEqual(to:in:)` or `caseInsensitiveHash(in:)`.
    @inlinable
    package func resolved(in bytes: Span<UInt8>) throws(WireError) -> EncodedName {
        var labels = EncodedLabels(self)
        _ = try labels.followPointers(in: bytes)
        return EncodedName(offset: labels.offset)
    }
}

extension EncodedName {
    /// Returns true if both are the same name, compared without case (RFC 4343 section 3).
    @inlinable
    package func isEqual(to other: EncodedName, in bytes: Span<UInt8>) throws(WireError) -> Bool {
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
    package func isEqual(to other: DomainName, in bytes: Span<UInt8>) throws(WireError) -> Bool {
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
    package func caseInsensitiveHash(in bytes: Span<UInt8>) throws(WireError) -> UInt64 {
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

extension DomainName {
    /// Copies a name out of a message, uncompressed and with its case preserved.
    package init(_ name: EncodedName, in bytes: Span<UInt8>) throws(WireError) {
        var wireBytes: [UInt8] = []
        wireBytes.reserveCapacity(64)
        var labels = EncodedLabels(name)
        while let label = try labels.next(in: bytes) {
            wireBytes.append(UInt8(truncatingIfNeeded: label.count))
            for index in 0..<label.count {
                wireBytes.append(bytes[label.start &+ index])
            }
        }
        wireBytes.append(0)
        self.init(uncheckedWireBytes: wireBytes)
    }
}
