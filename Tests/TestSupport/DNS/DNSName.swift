// SPDX-License-Identifier: Apache-2.0

/// A domain name as a list of labels of arbitrary bytes.
public struct DNSName: Sendable, Hashable {
    /// The labels without the root's empty label.
    public var labels: [[UInt8]]

    /// Makes a name of these labels. Their lengths are not checked: a scripted server may have to send invalid names.
    public init(labels: [[UInt8]]) {
        self.labels = labels
    }

    /// Reads the presentation format: dots between labels, `\.` for a dot and `\032` for a byte within a label.
    public init(_ presentation: String) {
        var labels: [[UInt8]] = []
        var label: [UInt8] = []
        var rest = Array(presentation.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "."):
                if !label.isEmpty { labels.append(label) }
                label = []
            case UInt8(ascii: "\\"):
                if let code = UInt8(String(decoding: rest.prefix(3), as: UTF8.self)), rest.count >= 3 {
                    label.append(code)
                    rest = rest.dropFirst(3)
                } else if let escaped = rest.popFirst() {
                    label.append(escaped)
                }
            default:
                label.append(byte)
            }
        }
        if !label.isEmpty { labels.append(label) }
        self.labels = labels
    }

    /// The presentation format, with a trailing dot.
    public var presentation: String {
        labels.map { $0.map(Self.presentation(of:)).joined() + "." }.joined() + (labels.isEmpty ? "." : "")
    }

    private static func presentation(of byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "\\"): return "\\" + String(decoding: [byte], as: UTF8.self)
        case 0x21...0x7E: return String(decoding: [byte], as: UTF8.self)
        default:
            let digits = String(byte)
            return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
        }
    }
}

extension DNSName: ExpressibleByStringLiteral {
    /// Reads the presentation format.
    public init(stringLiteral value: String) {
        self.init(value)
    }
}
