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
    public var isLoopback: Bool {
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
