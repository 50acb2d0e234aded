// SPDX-License-Identifier: Apache-2.0

/// An encoder for integers, texts, lists and dictionaries.
///
/// It does not check lengths: content with a length of more than four bytes exceeds the limit of the file anyway, and
/// the coder rejects it.
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

    /// Writes a dictionary in the order of its keys, so that equal content is encoded to equal bytes.
    mutating func write(_ dictionary: [String: String]) {
        write(dictionary.sorted { $0.key < $1.key }) { encoder, pair in
            encoder.write(pair.key)
            encoder.write(pair.value)
        }
    }

    /// Writes the index of a value in a table. A value that is not in the table is written as an index beyond every
    /// table.
    mutating func write<Value: Equatable>(_ value: Value, from table: [Value]) {
        write(table.firstIndex(of: value).map { UInt8(clamping: $0) } ?? UInt8.max)
    }

    private mutating func write(count: Int) { write(UInt32(clamping: count)) }
}
