// SPDX-License-Identifier: Apache-2.0

import DNSWire
import NetworkAddress

// The first label of a `<hex>.addr.` name encodes an IP address: 8 hexadecimal digits for IPv4, 32 for IPv6.
//
// Consul names instances with an address of their own this way. Decoding the address from the name costs no query, and
// unlike a record of the additional section it cannot be trimmed away.
extension IPAddress {
    /// The label of the address, in lower case.
    var addressLabel: String {
        withNetworkBytes { bytes in
            let digits = Array("0123456789abcdef".utf8)
            let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
            return String(decoding: text, as: UTF8.self)
        }
    }

    /// Decodes the address that a label encodes; `nil` for any other label.
    init?(addressLabel label: Span<UInt8>) {
        switch label.count {
        case 8:
            guard let number = Self.number(label, at: 0) else { return nil }
            self = .v4(IPv4Address(rawValue: number))
        case 32:
            guard let first = Self.number(label, at: 0), let second = Self.number(label, at: 8),
                let third = Self.number(label, at: 16), let fourth = Self.number(label, at: 24)
            else { return nil }
            self = .v6(
                IPv6Address(
                    high: UInt64(first) << 32 | UInt64(second),
                    low: UInt64(third) << 32 | UInt64(fourth)
                )
            )
        default:
            return nil
        }
    }

    /// Decodes eight digits, all at once in the bytes of one integer: this runs for every instance of every answer.
    private static func number(_ label: Span<UInt8>, at offset: Int) -> UInt32? {
        let text = label.readUInt64(at: offset)
        // Letters have bit 6 set, and their low bits count from 1. No byte can exceed 24, so there is no carry between
        // bytes.
        let values = (text & everyByte(0x0F)) &+ (text >> 6 & everyByte(0x01)) &* 9
        // The values encoded again: this yields the same text, unless the text had other characters than hexadecimal
        // digits.
        let isLetter = (values &+ everyByte(6)) >> 4 & everyByte(0x01)
        let written = values &+ everyByte(0x30) &+ isLetter &* 0x27
        // Only letters are folded: with the same bit, the control characters from 0x10 on would become digits.
        let lowercased = text | (text & everyByte(0x40)) >> 1
        guard values & everyByte(0xF0) == 0, written == lowercased else { return nil }
        let pairs = (values | values >> 4) & 0x00FF_00FF_00FF_00FF
        let quads = (pairs | pairs >> 8) & 0x0000_FFFF_0000_FFFF
        return UInt32(truncatingIfNeeded: quads | quads >> 16)
    }

    private static func everyByte(_ value: UInt64) -> UInt64 { value &* 0x0101_0101_0101_0101 }
}

extension IPAddress {
    /// Calls `body` with the 4 or 16 bytes of the address in network order.
    func withNetworkBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        func lend(_ value: some Any) -> Result {
            withUnsafeBytes(of: value) { body($0.assumingMemoryBound(to: UInt8.self)) }
        }
        switch self {
        case .v4(let address): return lend(address.rawValue.bigEndian)
        case .v6(let address): return lend((address.high.bigEndian, address.low.bigEndian))
        }
    }
}
