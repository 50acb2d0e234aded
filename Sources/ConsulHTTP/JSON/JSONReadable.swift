// SPDX-License-Identifier: Apache-2.0

/// A type with one representation in JSON.
package protocol JSONReadable {
    /// Reads the next value. Null yields the empty value: an empty string, array or object, zero, false, `nil`. Consul
    /// itself does so, and writes null for an empty list in one place and `[]` in another.
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
