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
            return number(label, from: 0, digits: 8).map { .v4(IPv4Address(rawValue: UInt32(truncatingIfNeeded: $0))) }
        case 32:
            guard let high = number(label, from: 0, digits: 16), let low = number(label, from: 16, digits: 16) else {
                return nil
            }
            return .v6(IPv6Address(high: high, low: low))
        default:
            return nil
        }
    }

    /// Without a branch for each digit: this runs for every instance of every answer.
    private static func number(_ label: Span<UInt8>, from start: Int, digits: Int) -> UInt64? {
        var number: UInt64 = 0
        var isValid = true
        for index in start..<(start &+ digits) {
            let character = label[index]
            let isDigit = character &- UInt8(ascii: "0") < 10
            let isLetter = (character | 0x20) &- UInt8(ascii: "a") < 6
            isValid = isValid && (isDigit || isLetter)
            // Letters have bit 6 set, and their low bits count from 1.
            number = number << 4 | UInt64(character & 0x0F &+ 9 &* (character >> 6))
        }
        return isValid ? number : nil
    }
}
