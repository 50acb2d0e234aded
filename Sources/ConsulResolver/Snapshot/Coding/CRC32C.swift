// SPDX-License-Identifier: Apache-2.0

/// The checksum of iSCSI, ext4 and others (RFC 3720 section 12.1): it finds every damage of up to 32 bits in a row.
///
/// Against accidents only. Whoever can write the file can compute any checksum, a cryptographic one included; what
/// keeps others out is that only files of this user, which nobody else may write, are read. Of the packages that this one
/// stands on, none has a checksum to offer: NIOSSL and NIOHTTPCompression keep theirs to themselves.
enum CRC32C {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { remainder, _ in
            remainder & 1 == 1 ? remainder >> 1 ^ 0x82F6_3B78 : remainder >> 1
        }
    }

    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        let table = table
        var remainder = UInt32.max
        for byte in bytes {
            remainder = remainder >> 8 ^ table[Int(UInt8(truncatingIfNeeded: remainder) ^ byte)]
        }
        return ~remainder
    }
}
