// SPDX-License-Identifier: Apache-2.0

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
    /// An array of what the closure reads; empty for null.
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

    /// An object whose keys are data, with what the closure reads for values; empty for null. Of equal keys the last
    /// wins.
    @inline(__always)
    package mutating func readMap<Value>(
        in bytes: Span<UInt8>,
        _ value: (inout JSONReader) throws(JSONError) -> Value
    ) throws(JSONError) -> [String: Value] {
        var map: [String: Value] = [:]
        guard try beginObject(in: bytes) else { return map }
        while let key = try nextKey(in: bytes) {
            map[key.text.string(in: bytes)] = try value(&self)
        }
        return map
    }
}
