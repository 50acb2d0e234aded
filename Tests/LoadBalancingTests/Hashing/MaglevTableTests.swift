// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LoadBalancing

struct MaglevTableTests {
    private static func identities(_ count: Int) -> [UInt64] { (0..<count).map { HashKey("entry-\($0)").value } }

    private static func table(_ count: Int, size: Int = 65_537) -> MaglevTable {
        MaglevTable(identities: identities(count), weights: .init(repeating: 1, count: count), size: size)
    }

    @Test func `A hundred entries have equally many slots`() {
        var counts = [Int](repeating: 0, count: 100)
        for entry in Self.table(100).slots { counts[Int(entry)] += 1 }
        #expect(counts.allSatisfy { (655...656).contains($0) })
    }

    @Test(arguments: [10, 100])
    func `A removed entry moves less than one in a hundred slots of the others`(count: Int) {
        let (before, after) = (Self.table(count), Self.table(count - 1))
        let moved = zip(before.slots, after.slots).count { $0 != $1 && $0 != UInt32(count - 1) }
        #expect(moved > 0 && Double(moved) < 0.01 * 65_537)
    }

    @Test func `The weights determine the shares of slots`() {
        let weights: [UInt32] = [1, 2, 0, 3, 94]
        let table = MaglevTable(identities: Self.identities(5), weights: weights, size: 9973)
        for (entry, weight) in weights.enumerated() {
            #expect(abs(Double(table.slots.count { $0 == entry }) - 99.73 * Double(weight)) < 1.1)
        }
    }

    @Test func `More weight for one entry moves few slots between the others`() {
        var weights = [UInt32](repeating: 1, count: 10)
        let before = MaglevTable(identities: Self.identities(10), weights: weights)
        weights[3] = 2
        let after = MaglevTable(identities: Self.identities(10), weights: weights)
        let moved = zip(before.slots, after.slots).count { $0 != $1 && $1 != 3 }
        #expect(moved > 0 && Double(moved) < 0.01 * 65_537)
    }

    @Test func `The order of entries makes no difference`() {
        let order = [3, 0, 6, 5, 1, 2, 4]
        let weights: [UInt32] = [1, 5, 2, 0, 9, 1, 5]
        let identities = Self.identities(7)
        let table = MaglevTable(identities: identities, weights: weights, size: 1009)
        let other = MaglevTable(
            identities: order.map { identities[$0] },
            weights: order.map { weights[$0] },
            size: 1009
        )
        #expect(other.slots.map { UInt32(order[Int($0)]) } == table.slots)
    }

    @Test func `The last slots are assigned as the permutation walk would do`() {
        let identities = Self.identities(7).sorted()
        let table = MaglevTable(identities: identities, weights: .init(repeating: 1, count: 7), size: 1009)
        var claims = identities.map { MaglevClaims(identity: $0, size: 1009) }
        var taken = TakenSlots(count: 1009)
        var walked = [UInt32](repeating: 0, count: 1009)
        for turn in 0..<1009 { walked[Int(claims[turn % 7].claim(from: &taken, size: 1009))] = UInt32(turn % 7) }
        #expect(table.slots == walked)
    }

    @Test func `All keys have an entry, and neighboring keys are far apart`() {
        let table = Self.table(10, size: 1009)
        var counts = [Int](repeating: 0, count: 10)
        for key in 0..<5000 as Range<UInt64> { counts[table.index(for: key)] += 1 }
        #expect(counts.allSatisfy { (380...620).contains($0) })
    }

    @Test func `A size that is no prime is raised to the next prime`() {
        #expect(Self.table(3, size: 1000).slots.count == 1009)
        #expect(Self.table(3, size: 1009).slots.count == 1009)
        #expect(Self.table(3, size: -5).slots.count == 3)
        #expect(Self.table(9, size: 2).slots.count == 3)
    }

    @Test func `A table works without entries, with one entry, and with weights that are all zero`() {
        #expect(MaglevTable(identities: [], weights: [], size: 7).index(for: 3) == 0)
        #expect(Set(Self.table(1, size: 7).slots) == [0])
        let zeros = MaglevTable(identities: Self.identities(4), weights: [0, 0, 0, 0], size: 1009)
        #expect(zeros.slots == Self.table(4, size: 1009).slots)
    }

    /// A change here means that clients disagree with those of the previous release.
    @Test func `The entry of a key is the same in every release`() {
        let table = MaglevTable(identities: Self.identities(7), weights: [1, 5, 2, 0, 9, 1, 5], size: 1009)
        #expect((0..<12).map { table.index(for: HashKey($0).value) } == [6, 5, 4, 6, 2, 4, 4, 1, 4, 5, 4, 4])
    }
}
