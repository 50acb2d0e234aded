// SPDX-License-Identifier: Apache-2.0

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

extension Host {
    /// True if a connection is possible at all; always true for a name.
    package var canBeConnectedTo: Bool {
        if case .address(let address) = self { address.canBeConnectedTo } else { true }
    }
}
