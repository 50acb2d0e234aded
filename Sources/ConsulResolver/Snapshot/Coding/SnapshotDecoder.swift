// SPDX-License-Identifier: Apache-2.0

/// Reads what ``SnapshotEncoder`` has written, and nothing else.
///
/// No bytes make it trap. A length that is read is never believed: it must not exceed what is left, and no memory is
/// taken for what has not been read.
struct SnapshotDecoder {
    private let bytes: [UInt8]
    private let end: Int
    private var offset: Int

    /// How many endpoints may still come.
    var endpointsLeft = SnapshotLimits.endpoints

    /// - Parameter range: Within the bytes.
    init(_ bytes: [UInt8], within range: Range<Int>) {
        self.bytes = bytes
        offset = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { offset == end }

    func nonsense(_ what: String) -> SnapshotError { SnapshotError(.damaged, "has \(what) at byte \(offset)") }

    mutating func read<Value: FixedWidthInteger>(_: Value.Type = Value.self) throws(SnapshotError) -> Value {
        try take(Value.bitWidth / 8).reversed().reduce(0) { $0 << 8 | Value(truncatingIfNeeded: $1) }
    }

    mutating func readBool() throws(SnapshotError) -> Bool {
        switch try read(UInt8.self) {
        case 0: return false
        case 1: return true
        default: throw nonsense("something other than yes or no")
        }
    }

    mutating func readText() throws(SnapshotError) -> String {
        let count = try readCount()
        guard let text = String(validating: try take(count), as: UTF8.self) else {
            throw nonsense("a text that is not UTF-8")
        }
        return text
    }

    mutating func readOptional<Value>(
        _ read: (inout SnapshotDecoder) throws(SnapshotError) -> Value
    ) throws(SnapshotError) -> Value? {
        guard try readBool() else { return nil }
        return try read(&self)
    }

    mutating func readOptionalText() throws(SnapshotError) -> String? {
        guard try readBool() else { return nil }
        return try readText()
    }

    mutating func readList<Element>(
        _ read: (inout SnapshotDecoder) throws(SnapshotError) -> Element
    ) throws(SnapshotError) -> [Element] {
        var list: [Element] = []
        for _ in 0..<(try readCount()) { list.append(try read(&self)) }
        return list
    }

    mutating func readDictionary() throws(SnapshotError) -> [String: String] {
        var dictionary: [String: String] = [:]
        for _ in 0..<(try readCount()) {
            let key = try readText()
            guard dictionary.updateValue(try readText(), forKey: key) == nil else {
                throw nonsense("the same key twice")
            }
        }
        return dictionary
    }

    mutating func read<Value>(from table: [Value]) throws(SnapshotError) -> Value {
        let place = Int(try read(UInt8.self))
        guard table.indices.contains(place) else { throw nonsense("a kind of thing that is not known") }
        return table[place]
    }

    /// How many elements follow. Every one of them has a byte at least.
    mutating func readCount() throws(SnapshotError) -> Int {
        let count = try read(UInt32.self)
        guard count <= end - offset else { throw nonsense("more announced than there is") }
        return Int(count)
    }

    private mutating func take(_ count: Int) throws(SnapshotError) -> ArraySlice<UInt8> {
        guard count <= end - offset else { throw nonsense("less than there should be") }
        defer { offset += count }
        return bytes[offset..<offset + count]
    }
}
