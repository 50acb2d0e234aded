// SPDX-License-Identifier: Apache-2.0

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

extension Optional: JSONReadable where Wrapped: JSONReadable {
    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        self = try reader.readNull(in: bytes) ? nil : try Wrapped(reading: &reader, in: bytes)
    }
}
