// SPDX-License-Identifier: Apache-2.0

/// The free slots of a cycle: a disjoint-set forest in which a taken slot points to a later one (H. N. Gabow and R. E.
/// Tarjan, 1985). A search along a long path shortens the path.
struct FreeSlots: Sendable {
    private var next: [UInt32]

    init(count: Int) {
        // The last element stands for "no free slot".
        next = (0...UInt32(clamping: count)).map { $0 }
    }

    /// Takes the first free slot at or after `slot`, and returns it.
    mutating func take(from slot: Int) -> Int? {
        var slot = slot
        while next[slot] != slot {
            next[slot] = next[Int(next[slot])]
            slot = Int(next[slot])
        }
        guard slot < next.count &- 1 else { return nil }
        next[slot] = UInt32(truncatingIfNeeded: slot &+ 1)
        return slot
    }
}
