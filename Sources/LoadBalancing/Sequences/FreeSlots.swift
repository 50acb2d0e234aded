// SPDX-License-Identifier: Apache-2.0

/// Which slots of a cycle are still free: a disjoint-set forest in which whoever is taken points to a later slot (H. N.
/// Gabow and R. E. Tarjan, 1985). A search that went a long way leaves a shorter one behind.
struct FreeSlots: Sendable {
    private var next: [UInt32]

    init(count: Int) {
        // The last one stands for "none".
        next = (0...UInt32(clamping: count)).map { $0 }
    }

    /// The first free slot at or after `slot`, which is taken then.
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
