// SPDX-License-Identifier: Apache-2.0

/// The header of a message, its first twelve bytes (RFC 1035 section 4.1.1).
@usableFromInline
package struct MessageHeader: Hashable, Sendable {
    /// The number of bytes of a header.
    @inlinable package static var byteCount: Int { 12 }

    /// The number that a reply copies from its query.
    @usableFromInline package var id: UInt16

    /// The sixteen bits after the ID, unchanged.
    @usableFromInline package var bits: UInt16

    /// The announced number of questions.
    @usableFromInline package var questionCount: UInt16

    /// The announced number of records in the answer section.
    @usableFromInline package var answerCount: UInt16

    /// The announced number of records in the authority section.
    @usableFromInline package var authorityCount: UInt16

    /// The announced number of records in the additional section.
    @usableFromInline package var additionalCount: UInt16

    /// Parses the header of a message. `RecordCursor` checks the counts.
    @inlinable
    package init(parsing bytes: Span<UInt8>) throws(WireError) {
        guard bytes.count >= Self.byteCount else { throw WireError(.truncated, at: bytes.count) }
        id = bytes.readUInt16(at: 0)
        bits = bytes.readUInt16(at: 2)
        questionCount = bytes.readUInt16(at: 4)
        answerCount = bytes.readUInt16(at: 6)
        authorityCount = bytes.readUInt16(at: 8)
        additionalCount = bytes.readUInt16(at: 10)
    }

    /// The one-bit fields.
    package var flags: MessageFlags { MessageFlags(rawValue: bits) }

    /// The kind of query.
    package var opcode: Opcode { Opcode(rawValue: UInt8(truncatingIfNeeded: bits >> 11 & 0xf)) }

    /// The lower four bits of the response code; the OPT record may hold more (RFC 6891 section 6.1.3).
    package var responseCode: ResponseCode { ResponseCode(rawValue: bits & 0xf) }

    /// The announced number of records in all three sections.
    @inlinable
    package var recordCount: Int {
        Int(answerCount) &+ Int(authorityCount) &+ Int(additionalCount)
    }
}
