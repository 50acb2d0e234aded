// SPDX-License-Identifier: Apache-2.0

/// The order in which one entry wants the slots of a Maglev table: a start and a step, both from its identity.
struct MaglevClaims: Sendable {
    private var slot: Int
    private let step: Int
    private let size: Int

    /// - Parameter size: a prime, so that the steps lead to each slot once before they repeat
    init(identity: UInt64, size: Int) {
        self.size = size
        slot = Self.number(StableHash.mix(identity, 1), below: size)
        step = 1 &+ Self.number(StableHash.mix(identity, 2), below: size &- 1)
    }

    /// The next slot in this order that nobody has; it is taken then. There has to be one.
    @inline(__always)
    mutating func claim(from taken: inout TakenSlots) -> Int {
        while !taken.take(slot) { advance() }
        defer { advance() }
        return slot
    }

    @inline(__always)
    private mutating func advance() {
        slot &+= step
        if slot >= size { slot &-= size }
    }

    private static func number(_ hash: UInt64, below bound: Int) -> Int {
        Int(hash.multipliedFullWidth(by: UInt64(bound)).high)
    }
}
