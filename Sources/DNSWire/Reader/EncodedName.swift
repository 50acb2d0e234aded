// SPDX-License-Identifier: Apache-2.0

/// A name inside a message, by the offset at which it starts: four machine words to walk it, none to keep it.
///
/// Two values are equal when they are the same place, which is cheaper than and not the same as being the same name;
/// `isEqual(to:in:)` compares names. The methods must be given the message that the offset belongs to.
public struct EncodedName: Hashable, Sendable {
    /// The offset of the first byte, counted from the start of the message.
    public var offset: Int

    /// The name that starts at an offset of a message; nothing is checked until it is read.
    @inlinable
    public init(offset: Int) {
        self.offset = offset
    }

    /// The offset after the name where it stands, which is after its first pointer if it has one.
    ///
    /// The pointer itself is not followed: whoever reads the name checks that.
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

    /// The same name where its first label really stands: pointers at its very start are followed.
    ///
    /// Consul writes the owner of an address as a bare pointer to the SRV target that it belongs to, so the two resolve
    /// to equal values and can be joined without reading a label. Names that are equal need not resolve to one place,
    /// therefore a miss has to be settled by `isEqual(to:in:)` or `caseInsensitiveHash(in:)`.
    @inlinable
    public func resolved(in bytes: Span<UInt8>) throws(WireError) -> EncodedName {
        var labels = EncodedLabels(self)
        _ = try labels.followPointers(in: bytes)
        return EncodedName(offset: labels.offset)
    }
}
