// SPDX-License-Identifier: Apache-2.0

extension IPv4Address: LosslessStringConvertible {
    /// Parses a dotted quad such as `10.0.0.1`.
    ///
    /// Strict: exactly four decimal parts. Parts with a leading zero are refused: `inet_aton` reads them as octal and
    /// other parsers as decimal, and an address that two programs read differently is a security hole (RFC 6943 section
    /// 3.1.1).
    public init?(_ text: String) {
        guard text.utf8.count <= 15 else { return nil }
        self.init(ascii: Array(text.utf8)[...])
    }

    init?(ascii text: ArraySlice<UInt8>) {
        let parts = text.split(separator: UInt8(ascii: "."), maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var value: UInt32 = 0
        for part in parts {
            guard let octet = Self.octet(part) else { return nil }
            value = value << 8 | octet
        }
        self.init(rawValue: value)
    }

    private static func octet(_ digits: ArraySlice<UInt8>) -> UInt32? {
        guard (1...3).contains(digits.count), digits.count == 1 || digits.first != UInt8(ascii: "0") else { return nil }
        var value: UInt32 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + UInt32(digit - UInt8(ascii: "0"))
        }
        return value <= 255 ? value : nil
    }

    /// The dotted quad, for example `10.0.0.1`.
    public var description: String {
        "\(rawValue >> 24).\(rawValue >> 16 & 0xff).\(rawValue >> 8 & 0xff).\(rawValue & 0xff)"
    }
}
