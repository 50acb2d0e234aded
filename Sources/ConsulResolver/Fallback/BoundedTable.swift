// SPDX-License-Identifier: Apache-2.0

/// A table of bounded size, for what is found out again when it has been forgotten: an arbitrary entry is, when the table
/// is full.
struct BoundedTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var values: [Key: Value] = [:]
    private let capacity: Int

    init(capacity: Int = 4096) {
        self.capacity = capacity
    }

    var count: Int { values.count }

    subscript(key: Key) -> Value? { values[key] }

    /// - Returns: The value that the key has already, or else the new one.
    @discardableResult
    mutating func insert(_ value: Value, for key: Key) -> Value {
        if let present = values[key] { return present }
        if values.count >= capacity, let victim = values.keys.first { values[victim] = nil }
        values[key] = value
        return value
    }

    mutating func remove(_ key: Key) { values[key] = nil }
}
