// SPDX-License-Identifier: Apache-2.0

extension JSONReader {
    /// Skips a value of any type. All of it is checked, no byte is copied, and the bits of `isObject` replace
    /// recursion.
    package mutating func skipValue(in bytes: Span<UInt8>) throws(JSONError) {
        let outside = depth
        try skipStart(in: bytes)
        while depth > outside {
            let hasNext = isInObject ? try nextKey(in: bytes) != nil : try nextElement(in: bytes)
            if hasNext { try skipStart(in: bytes) }
        }
    }

    /// Skips a value; enters it if it is an array or an object.
    private mutating func skipStart(in bytes: Span<UInt8>) throws(JSONError) {
        switch try peek(in: bytes) {
        case UInt8(ascii: "\""): _ = try scanString(in: bytes)
        case UInt8(ascii: "{"): try open(object: true)
        case UInt8(ascii: "["): try open(object: false)
        case UInt8(ascii: "t"): try skip("true", in: bytes)
        case UInt8(ascii: "f"): try skip("false", in: bytes)
        case UInt8(ascii: "n"): try skip("null", in: bytes)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): _ = try skipNumber(in: bytes)
        default: throw JSONError(.expectedValue, at: offset)
        }
    }
}
