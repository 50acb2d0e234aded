// SPDX-License-Identifier: Apache-2.0

/// An iterator over the records of a message, section by section, without a copy.
///
/// A plain value that holds offsets and is passed the bytes at every step, so that it can be stored where a borrowed
/// span cannot. It checks the bounds of names and data but does not read them, so skipped records cost very little.
///
/// This type and the types that it reads are `@usableFromInline`, since the compiler (Swift 6.3) ignores `@inlinable` on
/// the members of a package type otherwise. Without inlining, the reader of answers in ConsulDNS calls this module for
/// every record and copies it, which takes up to a fifth more instructions for an answer.
@usableFromInline
package struct RecordCursor: Sendable {
    @usableFromInline var nextOffset: Int
    @usableFromInline var remaining: (answer: UInt16, authority: UInt16, additional: UInt16)
    @usableFromInline var hasSeenOPT = false

    /// Creates a cursor before the first record of a message, behind its questions.
    ///
    /// Refuses counts that the bytes cannot hold, before a caller allocates room for 65535 records that twelve bytes
    /// announce: a question has at least 5 bytes, a record 11.
    @inlinable
    package init(_ header: MessageHeader, in bytes: Span<UInt8>) throws(WireError) {
        nextOffset = MessageHeader.byteCount
        remaining = (header.answerCount, header.authorityCount, header.additionalCount)
        guard Int(header.questionCount) &* 5 &+ header.recordCount &* 11 <= bytes.count &- nextOffset else {
            throw WireError(.countsExceedMessage, at: 4)
        }
        for _ in 0..<header.questionCount {
            _ = try QuestionView(parsing: bytes, at: &nextOffset)
        }
    }

    /// The offset of the next record.
    @inlinable package var offset: Int { nextOffset }

    /// Returns the next record, or nil behind the last. Bytes behind the last record are ignored.
    @inlinable @inline(__always)
    package mutating func next(in bytes: Span<UInt8>) throws(WireError) -> RecordView? {
        guard let section = takeSection() else { return nil }
        let owner = EncodedName(offset: nextOffset)
        let fields = try owner.end(in: bytes)
        guard bytes.count &- fields >= 10 else { throw WireError(.truncated, at: fields) }
        let record = RecordView(
            section: section,
            owner: owner,
            type: RecordType(rawValue: bytes.readUInt16(at: fields)),
            recordClass: RecordClass(rawValue: bytes.readUInt16(at: fields &+ 2)),
            ttlField: bytes.readUInt32(at: fields &+ 4),
            dataOffset: fields &+ 10,
            dataCount: Int(bytes.readUInt16(at: fields &+ 8))
        )
        guard record.dataCount <= bytes.count &- record.dataOffset else {
            throw WireError(.truncated, at: record.dataOffset)
        }
        if record.type == .opt {
            guard !hasSeenOPT else { throw WireError(.duplicateOPT, at: nextOffset) }
            hasSeenOPT = true
        }
        nextOffset = record.dataOffset &+ record.dataCount
        return record
    }

    @inlinable @inline(__always)
    mutating func takeSection() -> MessageSection? {
        if remaining.answer > 0 {
            remaining.answer &-= 1
            return .answer
        }
        if remaining.authority > 0 {
            remaining.authority &-= 1
            return .authority
        }
        if remaining.additional > 0 {
            remaining.additional &-= 1
            return .additional
        }
        return nil
    }
}
