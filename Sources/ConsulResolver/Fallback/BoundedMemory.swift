// SPDX-License-Identifier: Apache-2.0

/// A set of bounded size, for what is worth remembering but not worth much: it forgets an arbitrary member when it is
/// full, and whoever remembers finds out again.
struct BoundedMemory<Member: Hashable & Sendable>: Sendable {
    private var members: BoundedTable<Member, Void>

    init(capacity: Int = 4096) {
        members = BoundedTable(capacity: capacity)
    }

    func contains(_ member: Member) -> Bool { members[member] != nil }

    mutating func insert(_ member: Member) { members.insert((), for: member) }

    mutating func remove(_ member: Member) { members.remove(member) }
}
