// SPDX-License-Identifier: Apache-2.0

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
