// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// A decoder for the output of ``SnapshotEncoder``. It rejects all other input.
///
/// It does not trap on any input. A decoded length must not exceed the bytes left, and memory is allocated only for
/// values that have been decoded.
struct SnapshotDecoder {
    private let bytes: [UInt8]
    private let end: Int
    private var offset: Int

    /// The number of endpoints that may still follow.
    var endpointsLeft = SnapshotLimits.endpoints

    /// - Parameter range: The range of `bytes` to decode.
    init(_ bytes: [UInt8], within range: Range<Int>) {
        self.bytes = bytes
        offset = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { offset == end }

    func nonsense(_ what: String) -> PrivateFileError { PrivateFileError(.damaged, "has \(what) at byte \(offset)") }

    mutating func read<Value: FixedWidthInteger>(_: Value.Type = Value.self) throws(PrivateFileError) -> Value {
        try take(Value.bitWidth / 8).reversed().reduce(0) { $0 << 8 | Value(truncatingIfNeeded: $1) }
    }

    mutating func readBool() throws(PrivateFileError) -> Bool {
        switch try read(UInt8.self) {
        case 0: return false
        case 1: return true
        default: throw nonsense("an invalid Boolean")
        }
    }

    mutating func readText() throws(PrivateFileError) -> String {
        let count = try readCount()
        guard let text = String(validating: try take(count), as: UTF8.self) else {
            throw nonsense("a text that is not UTF-8")
        }
        return text
    }

    mutating func readOptional<Value>(
        _ read: (inout SnapshotDecoder) throws(PrivateFileError) -> Value
    ) throws(PrivateFileError) -> Value? {
        guard try readBool() else { return nil }
        return try read(&self)
    }

    mutating func readOptionalText() throws(PrivateFileError) -> String? {
        guard try readBool() else { return nil }
        return try readText()
    }

    mutating func readList<Element>(
        _ read: (inout SnapshotDecoder) throws(PrivateFileError) -> Element
    ) throws(PrivateFileError) -> [Element] {
        var list: [Element] = []
        for _ in 0..<(try readCount()) { list.append(try read(&self)) }
        return list
    }

    mutating func readDictionary() throws(PrivateFileError) -> [String: String] {
        var dictionary: [String: String] = [:]
        for _ in 0..<(try readCount()) {
            let key = try readText()
            guard dictionary.updateValue(try readText(), forKey: key) == nil else {
                throw nonsense("the same key twice")
            }
        }
        return dictionary
    }

    mutating func read<Value>(from table: [Value]) throws(PrivateFileError) -> Value {
        let place = Int(try read(UInt8.self))
        guard table.indices.contains(place) else { throw nonsense("an unknown value") }
        return table[place]
    }

    /// Decodes the number of elements that follow. Each element takes at least one byte.
    mutating func readCount() throws(PrivateFileError) -> Int {
        let count = try read(UInt32.self)
        guard count <= end - offset else { throw nonsense("a length beyond its end") }
        return Int(count)
    }

    private mutating func take(_ count: Int) throws(PrivateFileError) -> ArraySlice<UInt8> {
        guard count <= end - offset else { throw nonsense("a value beyond its end") }
        defer { offset += count }
        return bytes[offset..<offset + count]
    }
}
