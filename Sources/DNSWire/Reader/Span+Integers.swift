// SPDX-License-Identifier: Apache-2.0

// Integers are big-endian in DNS (RFC 1035 section 2.3.2). The caller has checked the bounds; the load checks them
// again, once for the whole integer. "Unsafe" means only that any bit pattern is accepted, which is valid for integers.
extension Span where Element == UInt8 {
    @inlinable @inline(__always)
    package func readUInt16(at offset: Int) -> UInt16 {
        UInt16(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    @inlinable @inline(__always)
    package func readUInt32(at offset: Int) -> UInt32 {
        UInt32(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    @inlinable @inline(__always)
    package func readUInt64(at offset: Int) -> UInt64 {
        UInt64(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}
