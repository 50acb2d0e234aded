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
