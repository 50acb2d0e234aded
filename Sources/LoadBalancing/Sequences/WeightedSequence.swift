// SPDX-License-Identifier: Apache-2.0

/// Weighted round robin as a table: whoever picks only moves a cursor through it.
///
/// Heavier entries come more often and evenly spaced, which is what sets this apart from a list that repeats each
/// entry by its weight, and from a weighted draw, whose error grows with the root of the number of picks. After any
/// number of picks from the start of a cycle, each entry has had its share to within 1 - 1/(2n-2) picks.
///
/// That is so for one cycle, which is exact for reduced weights of up to 4096 in sum (and up to 16 for each entry, 65 536 in
/// all). Where that is not enough, some slots of the cycle stand for the turns of another one, as the digits behind a point
/// do: entries have their whole slots in the first, and the rest of their shares in the next. Each cycle that follows
/// has a small part of all picks, so rounding the last one changes nobody's share by more than ``Apportionment/tolerance`` of
/// all picks. An entry that is due less than a slot of the first cycle is picked as seldom as it should be.
struct WeightedSequence: Sendable {
    struct Cycle: Sendable {
        /// Indices of entries. Numbers beyond those of entries are turns of the next cycle, counted from the number of entries.
        let slots: [UInt32]
        /// How many turns of the next cycle there are in one of this.
        let turnsBelow: UInt32
    }

    /// One at least, and nearly always one.
    let cycles: [Cycle]
    let entries: UInt32

    /// More than one in a hundred million picks come to none: with sixteen slots for each entry, each cycle has a sixteenth
    /// of the picks of the one before. Only tens of thousands of entries have fewer.
    private static let mostCycles = 6

    /// Entries of weight 0 do not occur, unless all are 0: then all are equal.
    init(weights: [UInt32]) {
        var (left, part, cycles) = (Weights.effective(weights).map { UInt64($0) }, 1.0, [Cycle]())
        while true {
            let isLast = cycles.count &+ 1 == WeightedSequence.mostCycles
            let apportionment = Apportionment(left, part: part, isLast: isLast)
            let cycle = Cycle(apportionment)
            cycles.append(cycle)
            guard let remainder = apportionment.remainder else { break }
            left = remainder.weights
            part *= Double(remainder.slots) / Double(cycle.slots.count)
        }
        self.cycles = cycles
        entries = UInt32(truncatingIfNeeded: weights.count)
    }

    /// One turn of the first cycle. These are all there are, if weights are small.
    var slots: [UInt32] { cycles[0].slots }

    /// The entry whose turn it is, for sequences that are not empty.
    func entry(at turn: UInt32) -> Int {
        var turn = turn
        for cycle in cycles {
            let (round, position) = turn.quotientAndRemainder(dividingBy: UInt32(truncatingIfNeeded: cycle.slots.count))
            let slot = cycle.slots[Int(position)]
            if slot < entries { return Int(slot) }
            turn = round &* cycle.turnsBelow &+ (slot &- entries)
        }
        // The last cycle has no turns of another.
        return 0
    }
}

extension WeightedSequence.Cycle {
    init(_ apportionment: Apportionment) {
        let entries = apportionment.slots.count
        turnsBelow = apportionment.remainder?.slots ?? 0
        let counts = apportionment.slots + [turnsBelow]
        guard !counts.allSatisfy({ $0 <= 1 }) else {
            // The common case, in which the order of entries is as good as any.
            slots = counts.indices.lazy.filter { counts[$0] > 0 }.map { UInt32(truncatingIfNeeded: $0) }
            return
        }
        var cycle = ChairmanAssignment.cycle(counts: counts)
        if turnsBelow > 1 {
            var next = UInt32(truncatingIfNeeded: entries)
            for position in cycle.indices where Int(cycle[position]) >= entries {
                cycle[position] = next
                next &+= 1
            }
        }
        slots = cycle
    }
}
