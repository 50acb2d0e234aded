// SPDX-License-Identifier: Apache-2.0

/// An IP address of either family. IPv4 comes before IPv6, each in numeric order.
public enum IPAddress: Hashable, Comparable, Sendable {
    /// An IPv4 address.
    case v4(IPv4Address)

    /// An IPv6 address.
    case v6(IPv6Address)

    /// True if packets to the address never leave this machine.
    package var isLoopback: Bool {
        switch self {
        case .v4(let address): address.isLoopback
        case .v6(let address): address.isLoopback
        }
    }

    /// The same address with `::ffff:a.b.c.d` converted to `a.b.c.d`.
    ///
    /// Both forms reach the same socket, so endpoints must be unmapped before they are compared.
    @inlinable
    package var unmapped: IPAddress {
        guard case .v6(let address) = self, let mapped = address.ipv4Mapped else { return self }
        return .v4(mapped)
    }
}

extension IPAddress: LosslessStringConvertible {
    /// Parses a dotted quad or the text of an IPv6 address, without brackets, port or zone.
    public init?(_ text: String) {
        if let address = IPv4Address(text) {
            self = .v4(address)
        } else if let address = IPv6Address(text) {
            self = .v6(address)
        } else {
            return nil
        }
    }

    /// The dotted quad, or the canonical text of RFC 5952 without brackets.
    public var description: String {
        switch self {
        case .v4(let address): address.description
        case .v6(let address): address.description
        }
    }
}

extension IPAddress {
    /// True if a connection to the address is possible at all: not for the unspecified address, a multicast group or a
    /// broadcast (RFC 1122 section 4.2.3.10). Linux connects to this machine for the unspecified address.
    package var canBeConnectedTo: Bool {
        switch unmapped {
        case .v4(let address):
            address != .unspecified && address.rawValue >> 28 != 0xE && address.rawValue != .max
        case .v6(let address):
            address.high >> 56 != 0xFF && (address.high | address.low) != 0
        }
    }
}
