// SPDX-License-Identifier: Apache-2.0

/// How bytes get into a URL (RFC 3986 section 2).
enum PercentEncoding {
    /// Letters, digits, `-`, `.`, `_` and `~`, which mean themselves wherever they stand.
    static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: false
        }
    }

    /// The text with every byte encoded that is not unreserved, a space and a plus included: in a query, Go reads a
    /// bare plus as a space.
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
