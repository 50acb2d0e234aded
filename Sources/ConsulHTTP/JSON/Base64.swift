// SPDX-License-Identifier: Apache-2.0

/// The Base64 encoding of bytes (RFC 4648 section 4), in which JSON documents of Consul hold values.
package enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The value of each digit, by its code; 255 for other bytes.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: .max, count: 256)
        for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()

    /// Returns bytes as text, with padding.
    package static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - group.count))
            for position in 0..<4 {
                let digit = digits[Int(bits >> UInt32(18 - 6 * position)) & 63]
                text.append(position <= group.count ? digit : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Returns the bytes that a text stands for; `nil` if it is not Base64 with padding.
    package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        let padding = text.suffix(2).count { $0 == UInt8(ascii: "=") }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var (bits, count): (UInt32, Int) = (0, 0)
        for digit in text.dropLast(padding) {
            let value = values[Int(digit)]
            guard value != .max else { return nil }
            (bits, count) = (bits << 6 | UInt32(value), count + 1)
            guard count.isMultiple(of: 4) else { continue }
            bytes += [
                UInt8(truncatingIfNeeded: bits >> 16), UInt8(truncatingIfNeeded: bits >> 8),
                UInt8(truncatingIfNeeded: bits),
            ]
            bits = 0
        }
        switch padding {
        case 1: bytes += [UInt8(truncatingIfNeeded: bits >> 10), UInt8(truncatingIfNeeded: bits >> 2)]
        case 2: bytes.append(UInt8(truncatingIfNeeded: bits >> 4))
        default: break
        }
        return bytes
    }
}

extension JSONReader {
    /// Reads a string of Base64; empty for null, which Consul writes for an empty value.
    package mutating func readBase64(in bytes: Span<UInt8>) throws(JSONError) -> [UInt8] {
        guard try !readNull(in: bytes) else { return [] }
        let text = try readText(in: bytes)
        guard let value = Base64.decode(text.unescaped(in: bytes)) else {
            throw JSONError(.expectedBase64, at: text.start)
        }
        return value
    }
}
