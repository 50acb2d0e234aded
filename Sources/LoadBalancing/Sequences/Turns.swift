// SPDX-License-Identifier: Apache-2.0

/// Turns of candidates by weight, determined by the number of a draw.
struct Turns: Sendable {
    private let sequence: WeightedSequence
    private let slots: [UInt32]
    private let length: UInt64
    /// 2^64 / length, rounded up.
    private let reciprocal: UInt64

    init(_ candidates: [Candidate]) {
        sequence = WeightedSequence(weights: candidates.map(\.weight))
        slots = sequence.slots
        length = UInt64(max(slots.count, 1))
        reciprocal = UInt64.max / length &+ 1
    }

    /// Returns the candidate that is next in turn. The remainder of the ticket is computed with two multiplications
    /// (Lemire, Kaser and Kurz 2019), which is exact for 32 bits; a division takes longer than the rest of a pick.
    /// Where the tickets begin anew, after 2^32 of them, the sequence may jump, once.
    @inline(__always)
    subscript(ticket: UInt32) -> Int {
        let fraction = reciprocal &* UInt64(ticket)
        let slot = slots[Int(fraction.multipliedFullWidth(by: length).high)]
        return slot < sequence.entries ? Int(slot) : sequence.entry(at: ticket)
    }
}
