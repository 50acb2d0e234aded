// SPDX-License-Identifier: Apache-2.0

/// A reader of the fields of one record's data within the bounds of that data.
struct RecordDataReader: ~Copyable {
    private var offset: Int
    private let start: Int
    private let end: Int

    init(_ record: RecordView) {
        offset = record.dataOffset
        start = record.dataOffset
        end = record.dataOffset + record.dataCount
    }

    var isAtEnd: Bool {
        offset == end
    }

    mutating func uint8(in bytes: Span<UInt8>) throws(WireError) -> UInt8 {
        bytes[try advance(by: 1)]
    }

    mutating func uint16(in bytes: Span<UInt8>) throws(WireError) -> UInt16 {
        bytes.readUInt16(at: try advance(by: 2))
    }

    mutating func uint32(in bytes: Span<UInt8>) throws(WireError) -> UInt32 {
        bytes.readUInt32(at: try advance(by: 4))
    }

    mutating func uint64(in bytes: Span<UInt8>) throws(WireError) -> UInt64 {
        bytes.readUInt64(at: try advance(by: 8))
    }

    mutating func bytes(_ count: Int, in bytes: Span<UInt8>) throws(WireError) -> [UInt8] {
        let first = try advance(by: count)
        var copy: [UInt8] = []
        copy.reserveCapacity(count)
        for index in first..<(first + count) {
            copy.append(bytes[index])
        }
        return copy
    }

    /// Reads a name. Its pointers may lead out of the data, but its own bytes must lie within it.
    mutating func name(in bytes: Span<UInt8>) throws(WireError) -> DomainName {
        let name = EncodedName(offset: offset)
        _ = try advance(by: try name.end(in: bytes) - offset)
        return try DomainName(name, in: bytes)
    }

    /// Checks that all bytes were read. Must be called last: fields that leave bytes over are not the fields that were
    /// sent.
    consuming func finish() throws(WireError) {
        guard isAtEnd else { throw WireError(.badRecordLength, at: start) }
    }

    var remaining: Int {
        end - offset
    }

    private mutating func advance(by count: Int) throws(WireError) -> Int {
        guard count <= remaining else { throw WireError(.badRecordLength, at: start) }
        defer { offset += count }
        return offset
    }
}
