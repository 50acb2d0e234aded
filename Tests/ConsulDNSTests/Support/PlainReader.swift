// SPDX-License-Identifier: Apache-2.0

import NetworkAddress

#if canImport(Glibc)
import Glibc
#endif

/// Readers of names and addresses that are as plain as their rules. They share no code with the library, so that both
/// cannot share a mistake.
enum PlainReader {
    /// Returns the wire bytes of a name in presentation format (RFC 1035 section 5.1); `nil` if it is none.
    static func wireBytes(ofName text: [UInt8]) -> [UInt8]? {
        let (dot, backslash) = (UInt8(ascii: "."), UInt8(ascii: "\\"))
        if text == [dot] { return [0] }
        var labels: [[UInt8]] = [[]]
        var rest = text[...]
        while let byte = rest.popFirst() {
            if byte == dot {
                labels.append([])
            } else if byte != backslash {
                labels[labels.count - 1].append(byte)
            } else if let first = rest.first, (0x30...0x39).contains(first) {
                let digits = rest.prefix(3)
                guard digits.count == 3, digits.allSatisfy({ (0x30...0x39).contains($0) }),
                    let value = UInt8(String(decoding: digits, as: UTF8.self))
                else { return nil }
                labels[labels.count - 1].append(value)
                rest = rest.dropFirst(3)
            } else {
                guard let escaped = rest.popFirst() else { return nil }
                labels[labels.count - 1].append(escaped)
            }
        }
        if labels.count > 1, labels.last == [] { labels.removeLast() }
        return wireBytes(ofLabels: labels)
    }

    /// Returns the wire bytes of a name (RFC 1035 sections 2.3.4 and 3.1); `nil` if a label or the name has a length that
    /// is not allowed.
    static func wireBytes(ofLabels labels: [some Collection<UInt8>]) -> [UInt8]? {
        guard labels.allSatisfy({ (1...63).contains($0.count) }) else { return nil }
        var bytes: [UInt8] = []
        for label in labels {
            bytes.append(UInt8(label.count))
            bytes += label
        }
        bytes.append(0)
        return bytes.count <= 255 ? bytes : nil
    }

    /// Returns the 8 or 32 hexadecimal digits of a label in lower case; `nil` if it has other characters or another
    /// length.
    static func hexadecimal(_ label: [UInt8]) -> String? {
        guard label.count == 8 || label.count == 32, label.allSatisfy({ $0 < 0x80 }) else { return nil }
        let text = String(decoding: label, as: UTF8.self)
        return text.utf8.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit } ? text.lowercased() : nil
    }

    #if canImport(Glibc)
    /// Returns the address that the C library reads from a text.
    static func systemAddress(_ text: String) -> IPAddress? {
        var four = UInt32()
        if inet_pton(AF_INET, text, &four) == 1 { return .v4(IPv4Address(rawValue: UInt32(bigEndian: four))) }
        var sixteen = (UInt64(), UInt64())
        guard inet_pton(AF_INET6, text, &sixteen) == 1 else { return nil }
        return .v6(IPv6Address(high: UInt64(bigEndian: sixteen.0), low: UInt64(bigEndian: sixteen.1)))
    }
    #endif
}
