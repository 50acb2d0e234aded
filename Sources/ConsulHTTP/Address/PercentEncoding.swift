// SPDX-License-Identifier: Apache-2.0

/// Percent-encoding of bytes in a URL (RFC 3986 section 2).
enum PercentEncoding {
    /// True for letters, digits, `-`, `.`, `_` and `~`, which need no encoding in any part of a URL.
    static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: false
        }
    }

    /// Returns the text with every byte encoded that is not unreserved. This includes spaces and pluses: in a query, Go
    /// decodes a bare plus as a space.
    static func encode(_ text: String, keeping isKept: (UInt8) -> Bool = { _ in false }) -> String {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            if isUnreserved(byte) || isKept(byte) {
                encoded.append(byte)
            } else {
                encoded.append(contentsOf: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]])
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    private static let digits = Array("0123456789ABCDEF".utf8)
}
