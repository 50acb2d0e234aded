// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP

/// A whole document as a tree: the reader avoids it, and tests need it for comparisons.
indirect enum JSONTree: Hashable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSONTree])
    case object([String: JSONTree])
}

extension JSONTree: JSONReadable {
    /// Recursive, which is safe with a reader that refuses deep documents.
    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        guard try !reader.readNull(in: bytes) else {
            self = .null
            return
        }
        switch bytes[reader.offset] {
        case UInt8(ascii: "\""): self = .string(try reader.read(in: bytes))
        case UInt8(ascii: "["): self = .array(try reader.read(in: bytes))
        case UInt8(ascii: "{"): self = .object(try reader.read(in: bytes))
        case UInt8(ascii: "t"), UInt8(ascii: "f"): self = .bool(try reader.read(in: bytes))
        default:
            let start = reader.offset
            try reader.skipValue(in: bytes)
            self = .number(String(decoding: (start..<reader.offset).map { bytes[$0] }, as: UTF8.self))
        }
    }
}

extension JSONTree {
    /// Returns the document as text; `escaping` selects the optional escapes.
    func text(escaping: (Unicode.Scalar) -> Bool = { _ in false }) -> String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .number(let text): text
        case .string(let text): Self.quoted(text, escaping: escaping)
        case .array(let elements): "[\(elements.map { $0.text(escaping: escaping) }.joined(separator: ", "))]"
        case .object(let members):
            "{\(members.map { "\(Self.quoted($0, escaping: escaping)):\($1.text(escaping: escaping))" }.joined(separator: ","))}"
        }
    }

    private static func quoted(_ text: String, escaping: (Unicode.Scalar) -> Bool) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.value < 0x20 || escaping(scalar):
                for unit in UTF16.encode(scalar) ?? .init() {
                    let digits = String(unit, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
