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
