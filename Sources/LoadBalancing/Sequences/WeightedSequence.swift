// SPDX-License-Identifier: Apache-2.0

/// Weighted round robin as a table: a pick only moves a cursor through it.
///
/// Heavier entries come more often and evenly spaced. A list that repeats each entry by its weight lacks that, and so
/// does a weighted draw: its error grows with the root of the number of picks. After any number of picks from the start
/// of a cycle, each entry has had its share to within 1 - 1/(2n-2) picks.
///
/// That is so for one cycle, which is exact for reduced weights of up to 4096 in sum (and up to 16 for each entry, 65
/// 536 in all). Where that is not enough, some slots of the cycle stand for the turns of another one, like the digits
/// behind a decimal point: entries have their whole slots in the first, and the rest of their shares in the next. Each
/// cycle that follows has a small part of all picks, so rounding the last one changes the share of an entry by no more
/// than ``Apportionment/tolerance`` of all picks. An entry that is due less than a slot of the first cycle is picked as
/// seldom as it should be.
struct WeightedSequence: Sendable {
    struct Cycle: Sendable {
        /// Indices of entries. Numbers beyond those of entries are turns of the next cycle, counted from the number of
        /// entries.
        let slots: [UInt32]
        /// The number of turns of the next cycle in one round of this cycle.
        let turnsBelow: UInt32
    }

    /// At least one, and nearly always one.
    let cycles: [Cycle]
    let entries: UInt32
    /// One round of the first cycle. It is the whole sequence if weights are small.
    let slots: [UInt32]
    private let length: UInt64
    /// 2^64 / length, rounded up.
    private let reciprocal: UInt64

    /// Further cycles would serve hardly any picks: with sixteen slots for each entry, each cycle has at most a
    /// sixteenth of the picks of the one before, so a seventh would have six in a hundred million. Only among tens of
    /// thousands of entries has each fewer slots.
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
        slots = cycles[0].slots
        length = UInt64(max(slots.count, 1))
        reciprocal = UInt64.max / length &+ 1
    }

    /// Returns the entry of a turn, for sequences that are not empty. The remainder of the turn is computed with two
    /// multiplications (Lemire, Kaser and Kurz 2019), which is exact for 32 bits; a division takes longer than the rest
    /// of a pick. Where the turns begin anew, after 2^32 of them, the sequence may jump, once.
    @inline(__always)
    subscript(turn: UInt32) -> Int {
        let fraction = reciprocal &* UInt64(turn)
        let slot = slots[Int(fraction.multipliedFullWidth(by: length).high)]
        return slot < entries ? Int(slot) : entry(at: turn)
    }

    /// Returns the same as the subscript, by divisions, from any of the cycles.
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
