// SPDX-License-Identifier: Apache-2.0

import DNSWire

/// What Consul's DNS server can be asked for.
enum LabelRules {
    /// The words that Consul looks for from the right; a place with such a name would be taken for one.
    private static let keywords = ["service", "connect", "virtual", "ingress", "node", "query", "addr"].map {
        Array($0.utf8)
    }

    /// Whether Consul's DNS library writes a byte with a backslash when it reads a question. Consul compares that text
    /// with the registered name, so such a name is never found, escaped or not (seen on 1.8.7 with every one of them).
    private static func isEscaped(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "'"), UInt8(ascii: "@"), UInt8(ascii: ";"), UInt8(ascii: "("),
            UInt8(ascii: ")"), UInt8(ascii: "\""), UInt8(ascii: "\\"):
            true
        default:
            false
        }
    }

    /// One label.
    static func label(
        _ text: String,
        of part: ConsulNameError.Part,
        limit: Int = 63
    ) throws(ConsulNameError) -> String {
        guard !text.isEmpty else { throw ConsulNameError(.empty, part: part, value: text) }
        for byte in text.utf8 {
            if byte == UInt8(ascii: ".") { throw ConsulNameError(.containsDot, part: part, value: text) }
            if byte >= 0x80 { throw ConsulNameError(.notASCII, part: part, value: text) }
            if byte <= 0x20 || byte == 0x7F || isEscaped(byte) {
                throw ConsulNameError(.unusableCharacter, part: part, value: text)
            }
        }
        guard text.utf8.count <= limit else { throw ConsulNameError(.labelTooLong, part: part, value: text) }
        return text
    }

    /// A part that may hold dots: one label or several.
    static func labels(_ text: String, of part: ConsulNameError.Part) throws(ConsulNameError) -> [String] {
        var labels: [String] = []
        for piece in text.split(separator: ".", omittingEmptySubsequences: false) {
            guard !piece.isEmpty else { throw ConsulNameError(.empty, part: part, value: text) }
            labels.append(try label(String(piece), of: part))
        }
        return labels
    }

    /// A label of RFC 2782, which begins with an underscore.
    static func underscored(_ text: String, of part: ConsulNameError.Part) throws(ConsulNameError) -> String {
        "_" + (try label(text, of: part, limit: 62))
    }

    /// Whether Consul would stop at this label when it scans a name from the right.
    static func isKeyword(_ label: Span<UInt8>) -> Bool {
        // The shortest has four bytes, datacenters are "dc1".
        guard (4...7).contains(label.count) else { return false }
        return keywords.contains { keyword in
            guard keyword.count == label.count else { return false }
            for index in keyword.indices where lowercasedASCII(label[index]) != keyword[index] { return false }
            return true
        }
    }

    /// The same for text in lower case.
    static func isKeyword(_ label: String) -> Bool {
        let bytes = Array(label.utf8)
        return isKeyword(bytes.span)
    }

    /// A label right of the keyword.
    static func place(_ text: String, of part: ConsulNameError.Part) throws(ConsulNameError) -> String {
        let name = try label(text, of: part)
        let bytes = Array(name.utf8)
        guard !isKeyword(bytes.span) else { throw ConsulNameError(.keyword, part: part, value: text) }
        return name
    }
}
