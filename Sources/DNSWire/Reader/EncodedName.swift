// SPDX-License-Identifier: Apache-2.0

/// A name inside a message, as the offset at which it starts: an iteration takes four machine words, and no copy is
/// made.
///
/// Two values are equal if they have the same offset, which is cheaper than and different from being the same name;
/// `isEqual(to:in:)` compares names. The methods must be passed the message to which the offset belongs.
public struct EncodedName: Hashable, Sendable {
    /// The offset of the first byte, counted from the start of the message.
    public var offset: Int

    /// Creates the name that starts at an offset of a message; it is checked when it is read.
    @inlinable
    public init(offset: Int) {
        self.offset = offset
    }

    /// Returns the offset behind the name, which is behind its first pointer if it has one.
    ///
    /// The pointer itself is not followed: it is checked when the name is read.
    @inlinable
    public func end(in bytes: Span<UInt8>) throws(WireError) -> Int {
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
    public func resolved(in bytes: Span<UInt8>) throws(WireError) -> EncodedName {
        var labels = EncodedLabels(self)
        _ = try labels.followPointers(in: bytes)
        return EncodedName(offset: labels.offset)
    }
}
