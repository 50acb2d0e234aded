// SPDX-License-Identifier: Apache-2.0

/// An IPv6 address without a zone, stored as two integers.
///
/// Zones (`fe80::1%eth0`) are left out on purpose: they have a meaning on one machine only, so DNS cannot return one.
public struct IPv6Address: Hashable, Sendable {
    /// The first eight bytes in host byte order: `0x2001_0db8_0000_0000` for 2001:db8::1.
    public var high: UInt64

    /// The last eight bytes in host byte order: `1` for 2001:db8::1.
    public var low: UInt64

    /// Creates an address from its two halves in host byte order.
    @inlinable
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Creates the IPv4-mapped form `::ffff:a.b.c.d` (RFC 4291 section 2.5.5.2).
    public init(mapping address: IPv4Address) {
        self.init(high: 0, low: 0xffff_0000_0000 | UInt64(address.rawValue))
    }

    /// `::1`.
    public static let loopback = IPv6Address(high: 0, low: 1)

    /// `::`: binds to every local address; not a valid destination.
    public static let unspecified = IPv6Address(high: 0, low: 0)

    /// True if the address is `::1`, or a mapped IPv4 address that is loopback.
    public var isLoopback: Bool {
        self == .loopback || ipv4Mapped?.isLoopback == true
    }

    /// The IPv4 address inside `::ffff:a.b.c.d`, or nil for any other address.
    ///
    /// The older IPv4-compatible form `::a.b.c.d` is deprecated (RFC 4291 section 2.5.5.1) and stays IPv6.
    @inlinable
    public var ipv4Mapped: IPv4Address? {
        guard high == 0, low >> 32 == 0xffff else { return nil }
        return IPv4Address(rawValue: UInt32(truncatingIfNeeded: low))
    }
}

extension IPv6Address: Comparable {
    /// Numeric order, in which neighboring addresses of a subnet are adjacent.
    @inlinable
    public static func < (left: IPv6Address, right: IPv6Address) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}
