// SPDX-License-Identifier: Apache-2.0

/// A dictionary of bounded size, for facts that are cheap to find out again. A full table drops an arbitrary entry for
/// a new one.
package struct BoundedTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var values: [Key: Value] = [:]
    private let capacity: Int

    package init(capacity: Int = 4096) {
        self.capacity = capacity
    }

    package var count: Int { values.count }

    package subscript(key: Key) -> Value? { values[key] }

    /// Inserts a value unless the key already has one.
    ///
    /// - Returns: The value that the key has now.
    @discardableResult
    package mutating func insert(_ value: Value, for key: Key) -> Value {
        if let present = values[key] { return present }
        if values.count >= capacity, let victim = values.keys.first { values[victim] = nil }
        values[key] = value
        return value
    }

    package mutating func remove(_ key: Key) { values[key] = nil }
}

/// A set of bounded size, for facts that are cheap to find out again. A full set drops an arbitrary member for a new
/// one.
package struct BoundedSet<Member: Hashable & Sendable>: Sendable {
    private var members: BoundedTable<Member, Void>

    package init(capacity: Int = 4096) {
        members = BoundedTable(capacity: capacity)
    }

    package func contains(_ member: Member) -> Bool { members[member] != nil }

    package mutating func insert(_ member: Member) { members.insert((), for: member) }

    package mutating func remove(_ member: Member) { members.remove(member) }
}
