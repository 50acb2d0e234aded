// SPDX-License-Identifier: Apache-2.0

extension JSONReader {
    /// Checks a string and returns its position without copying it.
    package mutating func readText(in bytes: Span<UInt8>) throws(JSONError) -> JSONText {
        guard try peek(in: bytes) == UInt8(ascii: "\"") else { throw JSONError(.expectedString, at: offset) }
        return try scanString(in: bytes)
    }

    /// Scans a string. Its opening quote is the next byte.
    @inline(__always)
    mutating func scanString(in bytes: Span<UInt8>) throws(JSONError) -> JSONText {
        let start = offset &+ 1
        var position = start
        var hasEscapes = false
        while true {
            position = bytes.endOfPlainText(from: position)
            guard position < bytes.count else { throw JSONError(.truncated, at: bytes.count) }
            switch bytes[position] {
            case UInt8(ascii: "\""):
                offset = position &+ 1
                return JSONText(start: start, end: position, hasEscapes: hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                position = try endOfEscape(at: position, in: bytes)
            default:
                throw JSONError(.controlCharacter, at: position)
            }
        }
    }

    private func endOfEscape(at position: Int, in bytes: Span<UInt8>) throws(JSONError) -> Int {
        guard position &+ 1 < bytes.count else { throw JSONError(.truncated, at: bytes.count) }
        switch bytes[position &+ 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return position &+ 2
        case UInt8(ascii: "u"):
            for digit in position &+ 2..<position &+ 6 {
                guard digit < bytes.count else { throw JSONError(.truncated, at: bytes.count) }
                guard bytes[digit].hexDigitValue != nil else { throw JSONError(.badEscape, at: position) }
            }
            return position &+ 6
        default:
            throw JSONError(.badEscape, at: position)
        }
    }
}
