// SPDX-License-Identifier: Apache-2.0

/// Escapes for special bytes in presentation format (RFC 1035 section 5.1, RFC 4343 section 2.1).
enum PresentationEscape {
    /// Appends a byte of a label: special characters as `\X`, a space and unprintable bytes as `\DDD`.
    static func appendLabelByte(_ byte: UInt8, to text: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "@"), UInt8(ascii: ";"),
            UInt8(ascii: "$"), UInt8(ascii: "("), UInt8(ascii: ")"):
            text += [UInt8(ascii: "\\"), byte]
        case 0x21...0x7e:
            text.append(byte)
        default:
            appendDecimal(byte, to: &text)
        }
    }

    /// Appends a byte of a quoted string, in which only the quote and the backslash are special and a space is not
    /// escaped.
    static func appendQuotedByte(_ byte: UInt8, to text: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\\"), UInt8(ascii: "\""): text += [UInt8(ascii: "\\"), byte]
        case 0x20...0x7e: text.append(byte)
        default: appendDecimal(byte, to: &text)
        }
    }

    private static func appendDecimal(_ byte: UInt8, to text: inout [UInt8]) {
        let zero = UInt8(ascii: "0")
        text += [UInt8(ascii: "\\"), zero + byte / 100, zero + byte / 10 % 10, zero + byte % 10]
    }
}
