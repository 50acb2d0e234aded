// SPDX-License-Identifier: Apache-2.0

/// A set of bounded size, for what is worth remembering but not worth much: it forgets an arbitrary member when it is
/// full, and whoever remembers finds out again.
struct BoundedMemory<Member: Hashable & Sendable>: Sendable {
    private var members: Set<Member> = []
    private let capacity: Int

    init(capacity: Int = 4096) {
        self.capacity = capacity
    }

    func contains(_ member: Member) -> Bool { members.contains(member) }

    mutating func insert(_ member: Member) {
        if members.count >= capacity, !members.contains(member) { members.removeFirst() }
        members.insert(member)
    }

    mutating func remove(_ member: Member) { members.remove(member) }
}
