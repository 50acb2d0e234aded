// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// The first label of a `<hex>.addr.` name, which spells an IP address: 8 hexadecimal digits for IPv4, 32 for IPv6.
///
/// Consul names instances with an address of their own this way. Reading the address from the name costs no question
/// and cannot be trimmed away like a record of the additional section.
public enum AddressLabel {
    /// The label of an address, in lower case.
    public static func text(of address: IPAddress) -> String {
        address.withNetworkBytes { bytes in
            let digits = Array("0123456789abcdef".utf8)
            let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
            return String(decoding: text, as: UTF8.self)
        }
    }

    /// The address that a label spells, or `nil` when it is no such label.
    public static func address(of label: Span<UInt8>) -> IPAddress? {
        switch label.count {
        case 8:
            return number(label, 0..<8).map { .v4(IPv4Address(rawValue: UInt32($0))) }
        case 32:
            guard let high = number(label, 0..<16), let low = number(label, 16..<32) else { return nil }
            return .v6(IPv6Address(high: high, low: low))
        default:
            return nil
        }
    }

    private static func number(_ label: Span<UInt8>, _ range: Range<Int>) -> UInt64? {
        var number: UInt64 = 0
        for index in range {
            guard let digit = value(label[index]) else { return nil }
            number = number << 4 | UInt64(digit)
        }
        return number
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
