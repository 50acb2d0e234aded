// SPDX-License-Identifier: Apache-2.0

/// A type with one representation in JSON.
package protocol JSONReadable {
    /// Reads the next value. Null yields the empty value: an empty string, array or object, zero, false, `nil`. Null
    /// has this meaning in Consul, which writes null for an empty list in one place and `[]` in another.
    init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError)
}

extension JSONReader {
    /// Reads the next value.
    @inline(__always)
    package mutating func read<Value: JSONReadable>(
        _: Value.Type = Value.self,
        in bytes: Span<UInt8>
    ) throws(JSONError) -> Value {
        try Value(reading: &self, in: bytes)
    }

    /// Decodes a document that consists of one such value.
    package static func decode<Value: JSONReadable>(
        _: Value.Type = Value.self,
        from bytes: Span<UInt8>
    ) throws(JSONError) -> Value {
        try document(bytes) { reader throws(JSONError) in try Value(reading: &reader, in: bytes) }
    }
}

extension String: JSONReadable {
    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        self = try reader.readNull(in: bytes) ? "" : try reader.readText(in: bytes).string(in: bytes)
    }
}

extension Bool: JSONReadable {
    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        self = try reader.readNull(in: bytes) ? false : try reader.readBool(in: bytes)
    }
}

extension Int: JSONReadable {
    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        self = try reader.readNull(in: bytes) ? 0 : try reader.readInteger(in: bytes)
    }
}

extension UInt32: JSONReadable {
    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        self = try reader.readNull(in: bytes) ? 0 : try reader.readInteger(in: bytes)
    }
}

extension UInt64: JSONReadable {
    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        self = try reader.readNull(in: bytes) ? 0 : try reader.readInteger(in: bytes)
    }
}

extension Double: JSONReadable {
    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        self = try reader.readNull(in: bytes) ? 0 : try reader.readNumber(in: bytes)
    }
}

extension Optional: JSONReadable where Wrapped: JSONReadable {
    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        self = try reader.readNull(in: bytes) ? nil : try Wrapped(reading: &reader, in: bytes)
    }
}

extension Array: JSONReadable where Element: JSONReadable {
    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        self = try reader.readArray(in: bytes) { reader throws(JSONError) in try Element(reading: &reader, in: bytes) }
    }
}

extension Dictionary: JSONReadable where Key == String, Value: JSONReadable {
    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        self = try reader.readMap(in: bytes) { reader throws(JSONError) in try Value(reading: &reader, in: bytes) }
    }
}

extension JSONReader {
    /// Reads an array with the closure for each element; empty for null.
    @inline(__always)
    package mutating func readArray<Element>(
        in bytes: Span<UInt8>,
        _ element: (inout JSONReader) throws(JSONError) -> Element
    ) throws(JSONError) -> [Element] {
        var elements: [Element] = []
        guard try beginArray(in: bytes) else { return elements }
        while try nextElement(in: bytes) {
            elements.append(try element(&self))
        }
        return elements
    }

    /// Reads an object whose keys are data, with the closure for each value; empty for null. The last of equal keys
    /// wins.
    @inline(__always)
    package mutating func readMap<Value>(
        in bytes: Span<UInt8>,
        _ value: (inout JSONReader) throws(JSONError) -> Value
    ) throws(JSONError) -> [String: Value] {
        var map: [String: Value] = [:]
        guard try beginObject(in: bytes) else { return map }
        while let key = try nextKey(in: bytes) {
            // Most maps of Consul have two or three members, for which an empty one would grow twice.
            if map.isEmpty { map = Dictionary(minimumCapacity: 3) }
            map[key.text.string(in: bytes)] = try value(&self)
        }
        return map
    }
}
