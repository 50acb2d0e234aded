// SPDX-License-Identifier: Apache-2.0

/// A JSON document to be written: a request to Consul, or output of the command line.
///
/// Members keep the order in which they were written, because people read the output and compare it line by line.
/// Foundation's encoder gives no order, and loading Foundation takes longer than a lookup.
package enum JSON: Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    /// Flags and indexes of Consul exceed the range of `Int`.
    case unsigned(UInt64)
    case number(Double)
    case string(String)
    case array([JSON])
    case object(Members)

    /// Members that are written as a dictionary literal and kept as a list.
    package struct Members: ExpressibleByDictionaryLiteral, Sendable {
        package var list: [(key: String, value: JSON)]

        package init(dictionaryLiteral elements: (String, JSON)...) {
            list = elements.map { (key: $0.0, value: $0.1) }
        }

        package static func + (first: Members, second: Members) -> Members {
            var members = first
            members.list += second.list
            return members
        }
    }

    package init(_ value: String?) { self = value.map(JSON.string) ?? .null }
    package init(_ value: some CustomStringConvertible) { self = .string(value.description) }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(nilLiteral: ()) { self = .null }
}

extension JSON: CustomStringConvertible {
    /// The document on one line.
    package var description: String {
        var text = ""
        write(to: &text)
        return text
    }

    private func write(to text: inout String) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .unsigned(let value): text += String(value)
        case .number(let value): text += value.decimal
        case .string(let value): JSON.write(value, to: &text)
        case .array(let values):
            JSON.writeList(values, "[", "]", to: &text) { $0.write(to: &$1) }
        case .object(let members):
            JSON.writeList(members.list, "{", "}", to: &text) { member, text in
                JSON.write(member.key, to: &text)
                text += ":"
                member.value.write(to: &text)
            }
        }
    }

    private static func writeList<Element>(
        _ elements: some Sequence<Element>,
        _ opening: String,
        _ closing: String,
        to text: inout String,
        _ write: (Element, inout String) -> Void
    ) {
        text += opening
        var isFirst = true
        for element in elements {
            if !isFirst { text += "," }
            isFirst = false
            write(element, &text)
        }
        text += closing
    }

    /// Writes a string. RFC 8259 section 7 requires escapes for quotes, backslashes and control characters. This also
    /// escapes characters that a terminal hides or obeys: the document means the same, and can be viewed safely.
    private static func write(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.isUnseen:
                // Above U+FFFF, JSON uses a pair of surrogates.
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}

extension Double {
    /// The number with at most three decimals, without trailing zeros and without an exponent. NaN and infinities
    /// become 0, and the magnitude is limited to 10^15.
    package var decimal: String {
        guard isFinite else { return "0" }
        // Larger numbers have no decimals in a `Double` anyway, and are no measurement here.
        let thousandths = (min(max(self, -1e15), 1e15) * 1000).rounded()
        let (whole, fraction) = Int64(thousandths).quotientAndRemainder(dividingBy: 1000)
        guard fraction != 0 else { return String(whole) }
        var digits = String(abs(fraction) + 1000).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(self < 0 ? "-" : "")\(abs(whole)).\(digits)"
    }
}

extension Unicode.Scalar {
    /// True if a terminal does not show the character, or acts on it.
    package var isUnseen: Bool {
        if (0x20..<0x7F).contains(value) { return false }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned: true
        // Examples: Hangul fillers and variation selectors.
        default: properties.isDefaultIgnorableCodePoint
        }
    }
}
