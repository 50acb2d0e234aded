// SPDX-License-Identifier: Apache-2.0

package import NetworkAddress

extension HostPort {
    /// A hash that is the same for all clients: XXH64 of a byte for the kind of host, the host, and two bytes of port.
    ///
    /// The kind is 4 or 6, followed by the address in network order, or 0, followed by the name in lower case, because
    /// names in DNS do not differ by case (RFC 4343). An IPv4-mapped address is the IPv4 address that it reaches.
    package var stableHash: UInt64 {
        var bytes: [UInt8]
        switch host {
        case .address(let address):
            switch address.unmapped {
            case .v4(let address): bytes = [4] + Self.networkOrder(address.rawValue)
            case .v6(let address): bytes = [6] + Self.networkOrder(address.high) + Self.networkOrder(address.low)
            }
        case .name(let name):
            bytes = [0] + name.utf8.map(Self.lowercased)
        }
        bytes += Self.networkOrder(port)
        return StableHash.xxh64(bytes.span)
    }

    private static func networkOrder<Word: FixedWidthInteger>(_ word: Word) -> [UInt8] {
        stride(from: Word.bitWidth &- 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> $0) }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
