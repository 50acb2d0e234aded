// SPDX-License-Identifier: Apache-2.0

import DNSWire

/// The rules for labels that Consul's DNS server can look up.
enum LabelRules {
    /// The words that Consul searches for from the right. A part of the locality with such a name would be mistaken for
    /// one.
    private static let keywords = ["service", "connect", "virtual", "ingress", "node", "query", "addr"].map {
        Array($0.utf8)
    }

    /// Returns true if Consul's DNS library writes a byte with a backslash when it reads a question. Consul compares
    /// that text with the registered name, so such a name is never found, escaped or not (seen on 1.8.7 with each of
    /// these bytes).
    private static func isEscaped(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "'"), UInt8(ascii: "@"), UInt8(ascii: ";"), UInt8(ascii: "("),
            UInt8(ascii: ")"), UInt8(ascii: "\""), UInt8(ascii: "\\"):
            true
        default:
            false
        }
    }

    /// Checks one label.
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

    /// Checks a part that may contain dots, and returns its labels.
    static func labels(_ text: String, of part: ConsulNameError.Part) throws(ConsulNameError) -> [String] {
        var labels: [String] = []
        for piece in text.split(separator: ".", omittingEmptySubsequences: false) {
            guard !piece.isEmpty else { throw ConsulNameError(.empty, part: part, value: text) }
            labels.append(try label(String(piece), of: part))
        }
        return labels
    }

    /// Checks a label of RFC 2782, which begins with an underscore.
    static func underscored(_ text: String, of part: ConsulNameError.Part) throws(ConsulNameError) -> String {
        "_" + (try label(text, of: part, limit: 62))
    }

    /// Returns true if Consul would stop at this label when it scans a name from the right.
    static func isKeyword(_ label: Span<UInt8>) -> Bool {
        // The shortest keyword has four bytes; datacenters are often called "dc1".
        guard (4...7).contains(label.count) else { return false }
        return keywords.contains { keyword in
            guard keyword.count == label.count else { return false }
            for index in keyword.indices where lowercasedASCII(label[index]) != keyword[index] { return false }
            return true
        }
    }

    /// Returns true for a keyword in lower case.
    static func isKeyword(_ label: String) -> Bool {
        let bytes = Array(label.utf8)
        return isKeyword(bytes.span)
    }

    /// Checks a label right of the keyword.
    static func place(_ text: String, of part: ConsulNameError.Part) throws(ConsulNameError) -> String {
        let name = try label(text, of: part)
        let bytes = Array(name.utf8)
        guard !isKeyword(bytes.span) else { throw ConsulNameError(.keyword, part: part, value: text) }
        return name
    }
}
