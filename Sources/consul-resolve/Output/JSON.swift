// SPDX-License-Identifier: Apache-2.0

/// A JSON document whose members keep the order in which they were written, because people read it and compare it line
/// by line. Foundation's encoder gives no order, and loading Foundation takes longer than a lookup.
enum JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSON])
    case object(Members)

    /// Members that are written as a dictionary literal and kept as a list.
    struct Members: ExpressibleByDictionaryLiteral, Sendable {
        var list: [(key: String, value: JSON)]

        init(dictionaryLiteral elements: (String, JSON)...) {
            list = elements.map { (key: $0.0, value: $0.1) }
        }

        static func + (first: Members, second: Members) -> Members {
            var members = first
            members.list += second.list
            return members
        }
    }

    init(stringLiteral value: String) { self = .string(value) }
    init(integerLiteral value: Int) { self = .integer(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(nilLiteral: ()) { self = .null }

    init(_ value: String?) { self = value.map(JSON.string) ?? .null }
    init(_ value: some CustomStringConvertible) { self = .string(value.description) }
}

extension JSON: CustomStringConvertible {
    /// The document on one line.
    var description: String {
        var text = ""
        write(to: &text)
        return text
    }

    private func write(to text: inout String) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
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
