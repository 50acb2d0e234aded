// SPDX-License-Identifier: Apache-2.0

extension JSONReader {
    /// Reads `true` or `false`.
    package mutating func readBool(in bytes: Span<UInt8>) throws(JSONError) -> Bool {
        switch try peek(in: bytes) {
        case UInt8(ascii: "t"): try skip("true", in: bytes)
        case UInt8(ascii: "f"): try skip("false", in: bytes)
        default: throw JSONError(.expectedBool, at: offset)
        }
        return bytes[offset &- 2] == UInt8(ascii: "u")
    }

    /// Returns true if the next value is null, and skips it. Any other value is left unread.
    package mutating func readNull(in bytes: Span<UInt8>) throws(JSONError) -> Bool {
        guard try peek(in: bytes) == UInt8(ascii: "n") else { return false }
        try skip("null", in: bytes)
        return true
    }

    mutating func skip(_ literal: StaticString, in bytes: Span<UInt8>) throws(JSONError) {
        let start = offset
        for index in 0..<literal.utf8CodeUnitCount {
            guard offset < bytes.count else { throw JSONError(.truncated, at: offset) }
            guard bytes[offset] == literal.utf8Start[index] else { throw JSONError(.expectedValue, at: start) }
            offset &+= 1
        }
    }
}
