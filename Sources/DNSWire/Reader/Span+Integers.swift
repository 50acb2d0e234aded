// SPDX-License-Identifier: Apache-2.0

// Integers are big-endian in DNS (RFC 1035 section 2.3.2). The caller has checked that the bytes are there.
extension Span where Element == UInt8 {
    @inlinable
    package func readUInt16(at offset: Int) -> UInt16 {
        UInt16(self[offset]) << 8 | UInt16(self[offset &+ 1])
    }

    @inlinable
    package func readUInt32(at offset: Int) -> UInt32 {
        UInt32(readUInt16(at: offset)) << 16 | UInt32(readUInt16(at: offset &+ 2))
    }

    @inlinable
    package func readUInt64(at offset: Int) -> UInt64 {
        UInt64(readUInt32(at: offset)) << 32 | UInt64(readUInt32(at: offset &+ 4))
    }
}
