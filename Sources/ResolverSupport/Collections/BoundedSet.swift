// SPDX-License-Identifier: Apache-2.0

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
