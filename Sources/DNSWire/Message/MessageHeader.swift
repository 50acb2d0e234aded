// SPDX-License-Identifier: Apache-2.0

/// The twelve bytes that every message begins with (RFC 1035 section 4.1.1).
public struct MessageHeader: Hashable, Sendable {
    /// How many bytes a header has.
    @inlinable public static var byteCount: Int { 12 }

    /// The number that a reply takes over from its query.
    public var id: UInt16

    /// The sixteen bits after the id, as they stand.
    public var bits: UInt16

    /// How many questions are said to follow.
    public var questionCount: UInt16

    /// How many records are said to follow in the answer section.
    public var answerCount: UInt16

    /// How many records are said to follow in the authority section.
    public var authorityCount: UInt16

    /// How many records are said to follow in the additional section.
    public var additionalCount: UInt16

    /// Reads the header of a message. The counts are claims until `RecordCursor` has checked them.
    @inlinable
    public init(parsing bytes: Span<UInt8>) throws(WireError) {
        guard bytes.count >= Self.byteCount else { throw WireError(.truncated, at: bytes.count) }
        id = bytes.readUInt16(at: 0)
        bits = bytes.readUInt16(at: 2)
        questionCount = bytes.readUInt16(at: 4)
        answerCount = bytes.readUInt16(at: 6)
        authorityCount = bytes.readUInt16(at: 8)
        additionalCount = bytes.readUInt16(at: 10)
    }

    /// The one-bit fields.
    @inlinable public var flags: MessageFlags { MessageFlags(rawValue: bits) }

    /// The kind of query.
    @inlinable public var opcode: Opcode { Opcode(rawValue: UInt8(truncatingIfNeeded: bits >> 11 & 0xf)) }

    /// The lower four bits of the response code; OPT may hold more (RFC 6891 section 6.1.3).
    @inlinable public var responseCode: ResponseCode { ResponseCode(rawValue: bits & 0xf) }

    /// How many records are said to follow in the three sections together.
    @inlinable
    public var recordCount: Int {
        Int(answerCount) &+ Int(authorityCount) &+ Int(additionalCount)
    }
}
