// SPDX-License-Identifier: Apache-2.0

/// What can be read from a document without being told more.
package protocol JSONReadable {
    /// Reads the value that comes next. Null is read as nothing: an empty string, array or object, zero, false, nil.
    /// That is what it means to Consul, which writes null for an empty list in one place and `[]` in another.
    init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError)
}

extension JSONReader {
    /// The value that comes next.
    @inline(__always)
    package mutating func read<Value: JSONReadable>(
        _: Value.Type = Value.self,
        in bytes: Span<UInt8>
    ) throws(JSONError) -> Value {
        try Value(reading: &self, in: bytes)
    }

    /// A document that consists of one such value.
    package static func decode<Value: JSONReadable>(
        _: Value.Type = Value.self,
        from bytes: Span<UInt8>
    ) throws(JSONError) -> Value {
        try document(bytes) { reader throws(JSONError) in try Value(reading: &reader, in: bytes) }
    }
}
