// SPDX-License-Identifier: Apache-2.0

/// One label inside a message, as the range of its bytes.
@usableFromInline
package struct EncodedLabel: Hashable, Sendable {
    /// The offset of the first byte after the length byte.
    @usableFromInline package var start: Int

    /// The number of bytes of the label, 1 to 63.
    @usableFromInline package var count: Int

    @inlinable
    init(start: Int, count: Int) {
        self.start = start
        self.count = count
    }
}

/// An iterator over the labels of a name inside a message, which follows its compression pointers.
///
/// Every reader of names uses this iterator, so the rules that end every iteration are written once: a pointer must
/// lead back before the start of the run of labels that it ends (RFC 1035 section 4.1.4 speaks of a prior occurrence),
/// which makes loops impossible; at most 127 pointers, as many as the maximum number of labels; at most 255 bytes.
@usableFromInline
package struct EncodedLabels: Sendable {
    @usableFromInline var offset: Int
    @usableFromInline var runStart: Int
    @usableFromInline var wireCount = 1
    @usableFromInline var pointerCount = 0

    /// Creates an iterator over a name of a message.
    @inlinable
    package init(_ name: EncodedName) {
        offset = name.offset
        runStart = name.offset
    }

    /// Returns the next label from left to right, or nil at the root. Must be passed the same bytes each time.
    @inlinable
    package mutating func next(in bytes: Span<UInt8>) throws(WireError) -> EncodedLabel? {
        let count = Int(try followPointers(in: bytes))
        guard count > 0 else { return nil }
        guard count <= bytes.count &- offset &- 1 else { throw WireError(.truncated, at: offset) }
        wireCount &+= count &+ 1
        guard wireCount <= 255 else { throw WireError(.nameTooLong, at: offset) }
        let label = EncodedLabel(start: offset &+ 1, count: count)
        offset = label.start &+ count
        return label
    }

    /// Follows the pointers at the current offset, and returns the length byte to which they lead.
    @inlinable
    mutating func followPointers(in bytes: Span<UInt8>) throws(WireError) -> UInt8 {
        while true {
            guard bytes.indices.contains(offset) else { throw WireError(.truncated, at: offset) }
            let lead = bytes[offset]
            if lead < 0x40 { return lead }
            guard lead >= 0xc0 else { throw WireError(.reservedLabelType, at: offset) }
            guard offset &+ 1 < bytes.count else { throw WireError(.truncated, at: offset) }
            let target = Int(bytes.readUInt16(at: offset) & 0x3fff)
            guard target < runStart, target >= MessageHeader.byteCount else { throw WireError(.badPointer, at: offset) }
            pointerCount &+= 1
            guard pointerCount <= 127 else { throw WireError(.tooManyPointers, at: offset) }
            offset = target
            runStart = target
        }
    }
}
