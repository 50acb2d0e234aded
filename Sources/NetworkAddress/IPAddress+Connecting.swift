// SPDX-License-Identifier: Apache-2.0

extension IPAddress {
    /// Whether a connection to the address is possible at all. It is not for "any address", a group or a broadcast
    /// (RFC 1122 section 4.2.3.10); Linux takes a connection to "any address" for one to this machine.
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
    /// Whether a connection is possible at all; of a name it is.
    package var canBeConnectedTo: Bool {
        if case .address(let address) = self { address.canBeConnectedTo } else { true }
    }
}
