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
        self.init(ascii: text.utf8)
    }

    init?(ascii text: some Collection<UInt8>) {
        var value: UInt32 = 0
        var octet: UInt32 = 0
        var digits = 0
        var dots = 0
        for byte in text {
            if byte == UInt8(ascii: ".") {
                guard digits > 0, dots < 3 else { return nil }
                value = value << 8 | octet
                (octet, digits, dots) = (0, 0, dots + 1)
            } else {
                let digit = UInt32(byte &- UInt8(ascii: "0"))
                guard digit <= 9, digits == 0 || octet > 0 else { return nil }
                octet = octet * 10 + digit
                guard octet <= 255 else { return nil }
                digits += 1
            }
        }
        guard digits > 0, dots == 3 else { return nil }
        self.init(rawValue: value << 8 | octet)
    }

    /// The dotted quad, for example `10.0.0.1`.
    public var description: String {
        "\(rawValue >> 24).\(rawValue >> 16 & 0xff).\(rawValue >> 8 & 0xff).\(rawValue & 0xff)"
    }
}
