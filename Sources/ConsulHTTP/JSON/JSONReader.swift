// SPDX-License-Identifier: Apache-2.0

/// A pull parser for JSON documents (RFC 8259), which copies only the values that are read.
///
/// A value type that holds offsets; the bytes are passed to every step, as in the reader of DNS messages. The caller
/// states the expected type of the next value, and must read or skip the value of every key or element:
///
/// ```swift
/// guard try reader.beginObject(in: bytes) else { return }
/// while let key = try reader.nextKey(in: bytes) {
///     switch key {
///     case "Name": name = try reader.read(in: bytes)
///     default: try reader.skipValue(in: bytes)
///     }
/// }
/// ```
///
/// `JSONDecoder` is not used: it first builds a tree of the whole document, check outputs included, takes several times
/// as long (docs/performance.md), and would link Foundation into every program that resolves a name.
///
/// The reader is as lenient as Go's `encoding/json`, which writes the documents: the last of equal keys wins, null
/// equals an absent value, and the case of keys is ignored. Skipped values are checked as strictly as values that are
/// read, so that a document is not valid for one caller and invalid for another. No input makes the reader trap, and
/// nesting uses no stack.
package struct JSONReader: Sendable {
    /// The maximum depth of nested arrays and objects. Consul's answers have about ten levels.
    static let deepest = UInt64.bitWidth

    /// The offset of the next byte.
    package internal(set) var offset = 0

    /// The number of open arrays and objects.
    private(set) var depth = 0

    /// The types of the open values, the innermost in the lowest bit: 1 for an object, 0 for an array.
    private var isObject: UInt64 = 0

    /// True if the innermost open value has had no member or element yet, so that the next one needs no comma.
    private var isAtStart = false

    /// Creates a reader at the first byte of a document.
    package init() {}

    /// Reads a whole document, which may be followed by white space only.
    package static func document<Value>(
        _ bytes: Span<UInt8>,
        _ read: (inout JSONReader) throws(JSONError) -> Value
    ) throws(JSONError) -> Value {
        var reader = JSONReader()
        let value = try read(&reader)
        reader.skipWhitespace(in: bytes)
        guard reader.offset == bytes.count else { throw JSONError(.trailingBytes, at: reader.offset) }
        return value
    }

    /// Enters an object. Returns `false` for null, which is skipped.
    package mutating func beginObject(in bytes: Span<UInt8>) throws(JSONError) -> Bool {
        guard try peek(in: bytes) == UInt8(ascii: "{") else {
            guard try readNull(in: bytes) else { throw JSONError(.expectedObject, at: offset) }
            return false
        }
        try open(object: true)
        return true
    }

    /// Enters an array. Returns `false` for null, which is skipped.
    package mutating func beginArray(in bytes: Span<UInt8>) throws(JSONError) -> Bool {
        guard try peek(in: bytes) == UInt8(ascii: "[") else {
            guard try readNull(in: bytes) else { throw JSONError(.expectedArray, at: offset) }
            return false
        }
        try open(object: false)
        return true
    }

    /// Returns the key of the next member of the open object. At its end, leaves the object and returns `nil`.
    @inline(__always)
    package mutating func nextKey(in bytes: Span<UInt8>) throws(JSONError) -> JSONKey? {
        guard let byte = try next(before: UInt8(ascii: "}"), in: bytes) else { return nil }
        guard byte == UInt8(ascii: "\"") else { throw JSONError(.expectedKey, at: offset) }
        let text = try scanString(in: bytes)
        guard try peek(in: bytes) == UInt8(ascii: ":") else { throw JSONError(.expectedColon, at: offset) }
        offset &+= 1
        return JSONKey(text, in: bytes)
    }

    /// Returns true if the open array has another element. At its end, leaves the array and returns false.
    @inline(__always)
    package mutating func nextElement(in bytes: Span<UInt8>) throws(JSONError) -> Bool {
        try next(before: UInt8(ascii: "]"), in: bytes) != nil
    }

    /// True if the innermost open value is an object.
    var isInObject: Bool { depth > 0 && isObject & 1 == 1 }

    mutating func open(object: Bool) throws(JSONError) {
        guard depth < Self.deepest else { throw JSONError(.tooDeep, at: offset) }
        offset &+= 1
        depth &+= 1
        isObject = isObject << 1 | (object ? 1 : 0)
        isAtStart = true
    }

    /// Returns the first byte of the next member or element, after its comma. At the end, closes the value and returns
    /// `nil`.
    @inline(__always)
    private mutating func next(before end: UInt8, in bytes: Span<UInt8>) throws(JSONError) -> UInt8? {
        var byte = try peek(in: bytes)
        if byte == end {
            offset &+= 1
            depth &-= 1
            isObject >>= 1
            isAtStart = false
            return nil
        }
        if isAtStart {
            isAtStart = false
        } else {
            guard byte == UInt8(ascii: ",") else { throw JSONError(.expectedCommaOrEnd, at: offset) }
            offset &+= 1
            byte = try peek(in: bytes)
        }
        return byte
    }
}

extension JSONReader {
    /// Returns the next byte that is not white space, without consuming it.
    @inline(__always)
    mutating func peek(in bytes: Span<UInt8>) throws(JSONError) -> UInt8 {
        // Most agents write no white space at all; agents with `-dev` and requests with `?pretty` get much of it.
        if offset < bytes.count, bytes[offset] > UInt8(ascii: " ") { return bytes[offset] }
        skipWhitespace(in: bytes)
        guard offset < bytes.count else { throw JSONError(.truncated, at: bytes.count) }
        return bytes[offset]
    }

    mutating func skipWhitespace(in bytes: Span<UInt8>) {
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): offset &+= 1
            default: return
            }
        }
    }
}

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
