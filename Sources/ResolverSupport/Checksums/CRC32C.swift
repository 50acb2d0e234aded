// SPDX-License-Identifier: Apache-2.0

/// The checksum of iSCSI, ext4 and others (RFC 3720 section 12.1). It detects every error of up to 32 consecutive bits.
///
/// It protects against accidents only: an attacker with write access to the data could compute any checksum, a
/// cryptographic one included. The dependencies have no public checksum: NIOSSL and NIOHTTPCompression keep theirs
/// internal.
package enum CRC32C {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { remainder, _ in
            remainder & 1 == 1 ? remainder >> 1 ^ 0x82F6_3B78 : remainder >> 1
        }
    }

    /// Returns the checksum of bytes.
    package static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        let table = table
        var remainder = UInt32.max
        for byte in bytes {
            remainder = remainder >> 8 ^ table[Int(UInt8(truncatingIfNeeded: remainder) ^ byte)]
        }
        return ~remainder
    }
}
