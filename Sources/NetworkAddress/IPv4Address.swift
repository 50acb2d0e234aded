// SPDX-License-Identifier: Apache-2.0

/// An IPv4 address, stored as one integer so that it is cheap to compare, hash and store.
public struct IPv4Address: Hashable, Sendable {
    /// The address in host byte order: 127.0.0.1 is `0x7f00_0001`.
    public var rawValue: UInt32

    /// Creates an address from its integer in host byte order.
    @inlinable
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// 127.0.0.1.
    public static let loopback = IPv4Address(rawValue: 0x7f00_0001)

    /// 0.0.0.0: binds to every local address; not a valid destination.
    public static let unspecified = IPv4Address(rawValue: 0)

    /// True if the address is in 127.0.0.0/8 (RFC 1122 section 3.2.1.3).
    package var isLoopback: Bool {
        rawValue >> 24 == 127
    }
}

extension IPv4Address: Comparable {
    /// Numeric order, in which neighboring addresses of a subnet are adjacent.
    @inlinable
    public static func < (left: IPv4Address, right: IPv4Address) -> Bool {
        left.rawValue < right.rawValue
    }
}

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
