// SPDX-License-Identifier: Apache-2.0

/// Pulls one value after another out of a JSON document (RFC 8259), without any copy of what nobody asks for.
///
/// A plain value that holds offsets and is given the bytes anew for every step, like the reader of DNS messages. Whoever
/// reads says what it wants next, and every key or element must be followed by reading or skipping its value:
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
/// Not `JSONDecoder`: it makes a tree of the whole document first, check outputs and all, takes several times as long
/// (docs/performance.md), and would bring Foundation into every program that resolves a name.
///
/// It agrees with Go's `encoding/json`, which writes what is read here, wherever that is lenient: the last of equal keys
/// wins, null is the same as nothing, and case does not matter in keys. What is skipped is checked as strictly as what
/// is read, so that a document is not valid for one caller and invalid for another. No bytes make it trap, and nesting
/// costs no stack.
package struct JSONReader: Sendable {
    /// How many arrays and objects may be within each other. Consul's answers have about ten.
    static let deepest = UInt64.bitWidth

    /// The offset of the byte that comes next.
    package internal(set) var offset = 0

    /// How many arrays and objects are open.
    private(set) var depth = 0

    /// What is open, the innermost in the lowest bit: 1 for an object, 0 for an array.
    private var isObject: UInt64 = 0

    /// Whether what is open has had no member or element yet, so that none needs a comma.
    private var isAtStart = false

    /// A reader before the first byte of a document.
    package init() {}

    /// Reads a whole document, behind which nothing but white space may stand.
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

    /// Enters an object; `false` if there is a null in its place, which is passed over.
    package mutating func beginObject(in bytes: Span<UInt8>) throws(JSONError) -> Bool {
        guard try peek(in: bytes) == UInt8(ascii: "{") else {
            guard try readNull(in: bytes) else { throw JSONError(.expectedObject, at: offset) }
            return false
        }
        try open(object: true)
        return true
    }

    /// Enters an array; `false` if there is a null in its place, which is passed over.
    package mutating func beginArray(in bytes: Span<UInt8>) throws(JSONError) -> Bool {
        guard try peek(in: bytes) == UInt8(ascii: "[") else {
            guard try readNull(in: bytes) else { throw JSONError(.expectedArray, at: offset) }
            return false
        }
        try open(object: false)
        return true
    }

    /// The key of the next member of the object that is open, or nil at its end, which leaves it.
    @inline(__always)
    package mutating func nextKey(in bytes: Span<UInt8>) throws(JSONError) -> JSONKey? {
        guard let byte = try next(before: UInt8(ascii: "}"), in: bytes) else { return nil }
        guard byte == UInt8(ascii: "\"") else { throw JSONError(.expectedKey, at: offset) }
        let text = try scanString(in: bytes)
        guard try peek(in: bytes) == UInt8(ascii: ":") else { throw JSONError(.expectedColon, at: offset) }
        offset &+= 1
        return JSONKey(text, in: bytes)
    }

    /// Whether the array that is open has another element; at its end it is left.
    @inline(__always)
    package mutating func nextElement(in bytes: Span<UInt8>) throws(JSONError) -> Bool {
        try next(before: UInt8(ascii: "]"), in: bytes) != nil
    }

    /// Whether what is open is an object.
    var isInObject: Bool { depth > 0 && isObject & 1 == 1 }

    mutating func open(object: Bool) throws(JSONError) {
        guard depth < Self.deepest else { throw JSONError(.tooDeep, at: offset) }
        offset &+= 1
        depth &+= 1
        isObject = isObject << 1 | (object ? 1 : 0)
        isAtStart = true
    }

    /// The first byte of the next member or element, with its comma left behind; nil at the end, which closes.
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
