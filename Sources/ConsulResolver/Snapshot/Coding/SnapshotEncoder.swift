// SPDX-License-Identifier: Apache-2.0

/// Writes integers, texts and lists one behind the other.
///
/// Lengths are never checked here: what has more than four bytes can count is beyond the limit of the whole anyway, and
/// the coder throws it away.
struct SnapshotEncoder {
    var bytes: [UInt8] = []

    mutating func write(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func write(_ value: Bool) { write(value ? 1 : 0 as UInt8) }

    mutating func write(_ text: String) {
        write(count: text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    mutating func write<Value>(_ value: Value?, _ write: (inout SnapshotEncoder, Value) -> Void) {
        self.write(value != nil)
        if let value { write(&self, value) }
    }

    mutating func write(_ text: String?) { write(text) { $0.write($1) } }

    mutating func write<Element>(_ list: [Element], _ write: (inout SnapshotEncoder, Element) -> Void) {
        self.write(count: list.count)
        for element in list { write(&self, element) }
    }

    /// In the order of the keys, so that the same content is the same bytes.
    mutating func write(_ dictionary: [String: String]) {
        write(dictionary.sorted { $0.key < $1.key }) { encoder, pair in
            encoder.write(pair.key)
            encoder.write(pair.value)
        }
    }

    /// Writes a value's place in a list. What is in none becomes a place that no list has.
    mutating func write<Value: Equatable>(_ value: Value, from table: [Value]) {
        write(table.firstIndex(of: value).map { UInt8(clamping: $0) } ?? UInt8.max)
    }

    private mutating func write(count: Int) { write(UInt32(clamping: count)) }
}
