// SPDX-License-Identifier: Apache-2.0

/// The order of picks in which every entry stays close to its share: R. Tijdeman, "The chairman assignment problem",
/// Discrete Mathematics 32 (1980).
///
/// With n entries, e = 1/(2n-2) and shares s, an entry that was picked k times may be picked again from slot (k+e)/s
/// on, and has to be before (k+1-e)/s has passed. Tijdeman shows that it is always in time to pick, of all entries that
/// may be picked, the one that has to be picked first. So after any number of picks no entry is ahead or behind by more
/// than 1-e picks, and no order can promise less for all weights. The smooth round robin of nginx strays by up to 1.28,
/// earliest deadline first as in Envoy and gRPC by several picks: those have deadlines, but no earliest slots.
enum ChairmanAssignment {
    /// Returns one cycle of indices, in which each entry occurs as often as `counts` says.
    ///
    /// - Parameter counts: at most 65536 in sum
    static func cycle(counts: [UInt32]) -> [UInt32] {
        let entries = counts.indices.filter { counts[$0] > 0 }
        guard entries.count > 1 else {
            return entries.flatMap { [UInt32](repeating: UInt32(truncatingIfNeeded: $0), count: Int(counts[$0])) }
        }
        let length = Int(Weights.sum(counts))
        var windows: [PickWindow] = []
        windows.reserveCapacity(length)
        for index in entries {
            PickWindow.append(
                to: &windows,
                entry: UInt32(truncatingIfNeeded: index),
                count: Int(counts[index]),
                cycleLength: length,
                entries: entries.count
            )
        }
        return filled(windows, length: length)
    }

    /// Fills the slots. Windows do not depend on earlier picks, so all are known at the start, and no heap is needed:
    /// by deadline, each takes the earliest slot that is free. That is the same order as going through the slots would
    /// give, because a window that has an earlier deadline and may have a slot, has it or an earlier one.
    private static func filled(_ windows: [PickWindow], length: Int) -> [UInt32] {
        var cycle = [UInt32](repeating: 0, count: length)
        var free = FreeSlots(count: length)
        for position in byDeadline(windows, length: length) {
            let window = windows[Int(position)]
            // Never nil, by Tijdeman's theorem.
            guard let slot = free.take(from: Int(window.first)) else { continue }
            cycle[slot] = window.entry
        }
        return cycle
    }

    /// Returns the positions of the windows by deadline, from a counting sort. It is stable, so among equal deadlines
    /// the order of entries decides.
    private static func byDeadline(_ windows: [PickWindow], length: Int) -> [UInt32] {
        var starts = [UInt32](repeating: 0, count: length &+ 1)
        for window in windows { starts[Int(window.last) &+ 1] &+= 1 }
        for slot in 1...length { starts[slot] &+= starts[slot &- 1] }
        var order = [UInt32](repeating: 0, count: windows.count)
        for (position, window) in windows.enumerated() {
            order[Int(starts[Int(window.last)])] = UInt32(truncatingIfNeeded: position)
            starts[Int(window.last)] &+= 1
        }
        return order
    }
}

/// The slots of a cycle in which one pick of an entry has to lie.
struct PickWindow: Sendable {
    let entry: UInt32

    /// The earliest slot, counted from 0.
    let first: UInt32

    /// The latest slot, itself included.
    let last: UInt32

    /// Appends the windows of all picks of one entry, computed in integers so that no rounding can break the bound.
    ///
    /// With d = 1/e = 2n-2 and slots counted from 1, pick k (from 0 on) may take slot ceil(L(kd+1) / (cd)) at the
    /// earliest, where c is the entry's count and L the length of the cycle. The latest follows from the earliest: a
    /// cycle read backwards keeps the same bounds.
    ///
    /// - Parameters:
    ///   - count: the picks of this entry in one cycle; 1 or more
    ///   - cycleLength: at most 65536, so that no product exceeds 2^50
    ///   - entries: the number of entries in the cycle; 2 or more
    static func append(to windows: inout [PickWindow], entry: UInt32, count: Int, cycleLength: Int, entries: Int) {
        let inverseSlack = 2 &* entries &- 2
        let divisor = count &* inverseSlack
        for pick in 0..<count {
            let earliest = cycleLength &* (pick &* inverseSlack &+ 1)
            let latest = cycleLength &* ((pick &+ 1) &* inverseSlack &- 1)
            windows.append(
                PickWindow(
                    entry: entry,
                    first: UInt32(truncatingIfNeeded: (earliest &- 1) / divisor),
                    last: UInt32(truncatingIfNeeded: latest / divisor)
                )
            )
        }
    }
}

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
