// SPDX-License-Identifier: Apache-2.0

// Values with a meaning in Consul.
extension JSONReader {
    /// Reads a port; 0 for null, `nil` for an impossible port. Consul accepts 99999 and -1 without an error, and one
    /// such registration must not make the other instances unreadable.
    package mutating func readPort(in bytes: Span<UInt8>) throws(JSONError) -> UInt16? {
        UInt16(exactly: try read(Int.self, in: bytes))
    }

    /// Reads a string; `nil` if it is empty or null. Go writes an unset string as either, or omits it.
    package mutating func readNonEmpty(in bytes: Span<UInt8>) throws(JSONError) -> String? {
        let text = try read(String.self, in: bytes)
        return text.isEmpty ? nil : text
    }

    /// Reads a value of this type if there is one, and skips any other value. Meant for members that Consul does not
    /// guarantee.
    package mutating func readIfPossible<Value: JSONReadable>(
        _: Value.Type = Value.self,
        in bytes: Span<UInt8>
    ) throws(JSONError) -> Value? {
        let before = self
        if let value = try? read(Value?.self, in: bytes) { return value }
        self = before
        try skipValue(in: bytes)
        return nil
    }
}

extension Duration: JSONReadable {
    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        guard try !reader.readNull(in: bytes) else {
            self = .zero
            return
        }
        let text = try reader.readText(in: bytes)
        guard let duration = Duration(goText: text.string(in: bytes)) else {
            throw JSONError(.expectedDuration, at: text.start)
        }
        self = duration
    }
}
