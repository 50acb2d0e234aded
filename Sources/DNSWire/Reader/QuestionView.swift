// SPDX-License-Identifier: Apache-2.0

/// A question inside a message, without a copy.
@usableFromInline
package struct QuestionView: Hashable, Sendable {
    /// The queried name.
    @usableFromInline package var name: EncodedName

    /// The queried type.
    @usableFromInline package var type: RecordType

    /// The queried class.
    @usableFromInline package var recordClass: RecordClass

    /// Parses the question at an offset, and moves the offset behind it.
    @inlinable
    package init(parsing bytes: Span<UInt8>, at offset: inout Int) throws(WireError) {
        name = EncodedName(offset: offset)
        let end = try name.end(in: bytes)
        guard bytes.count &- end >= 4 else { throw WireError(.truncated, at: end) }
        type = RecordType(rawValue: bytes.readUInt16(at: end))
        recordClass = RecordClass(rawValue: bytes.readUInt16(at: end &+ 2))
        offset = end &+ 4
    }
}
