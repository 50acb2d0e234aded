// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import LoadBalancing

struct RendezvousTests {
    private static let identities: [UInt64] = (1...11).map { HashKey($0).value }
    private static let keys: [UInt64] = (0..<3000).map { HashKey("key-\($0)").value }

    @Test func `Removing an entry moves its own keys and no others`() {
        let (all, without) = (Self.owners(of: 10), Self.owners(of: 9))
        #expect(all.contains(9))
        #expect(zip(all, without).allSatisfy { $0 == $1 || $0 == 9 })
        #expect(!without.contains(9))
    }

    @Test func `A new entry takes keys for itself only`() {
        let (before, after) = (Self.owners(of: 10), Self.owners(of: 11))
        #expect(after.contains(10))
        #expect(zip(before, after).allSatisfy { $0 == $1 || $1 == 10 })
    }

    @Test func `More weight moves keys only towards its entry`() {
        var weights = [UInt32](repeating: 1, count: 10)
        let before = Self.owners(of: 10, weights: weights)
        weights[3] = 2
        let after = Self.owners(of: 10, weights: weights)
        #expect(zip(before, after).allSatisfy { $0 == $1 || $1 == 3 })
        // From 1/10 to 2/11 of 3000 keys, within four standard deviations.
        #expect(abs(after.count { $0 == 3 } - 545) < 85)
        weights[3] = 1000
        let heaviest = Self.owners(of: 10, weights: weights)
        #expect(zip(after, heaviest).allSatisfy { $0 == $1 || $1 == 3 })
    }

    @Test func `Equal weights choose without a logarithm the entry that the logarithm would choose`() {
        for key in Self.keys {
            let byFormula = Self.identities.indices.min { Self.cost($0, key: key) < Self.cost($1, key: key) }
            let equal = Rendezvous(identities: Self.identities, weights: .init(repeating: 7, count: 11))
            #expect(equal.first(for: key) { _ in true } == byFormula)
        }
    }

    @Test func `The weights determine the shares of keys`() {
        let weights: [UInt32] = [1, 2, 3, 14]
        let owners = Self.owners(of: 4, weights: weights)
        for (entry, weight) in weights.enumerated() {
            let share = Double(weight) / 20
            let deviation = (Double(owners.count) * share * (1 - share)).squareRoot()
            #expect(abs(Double(owners.count { $0 == entry }) - Double(owners.count) * share) < 3 * deviation)
        }
    }

    @Test func `An unusable entry is skipped in the order of the key`() {
        var generator = SeededGenerator(seed: 4)
        for weights in [.init(repeating: 1, count: 11), [0, 3, 1, 9, 0, 2, 2, 70, 5, 4_000_000_000, 1]] as [[UInt32]] {
            let rendezvous = Rendezvous(identities: Self.identities, weights: weights)
            for key in Self.keys.prefix(300) {
                let order = rendezvous.order(for: key)
                #expect(order.sorted() == Array(0..<11))
                let usable = Set((0..<11).filter { _ in generator.happens(0.3) })
                #expect(rendezvous.first(for: key, isUsable: usable.contains) == order.first(where: usable.contains))
            }
        }
    }

    @Test func `The order without an entry is the full order less that entry`() {
        let weights: [UInt32] = [5, 1, 2, 0, 3, 3, 8, 1, 0, 7, 2]
        for key in Self.keys.prefix(100) {
            let all = Rendezvous(identities: Self.identities, weights: weights).order(for: key)
            let fewer = Rendezvous(identities: Self.identities.dropLast(), weights: weights.dropLast()).order(for: key)
            #expect(all.filter { $0 != 10 } == fewer)
        }
    }

    @Test func `An entry of weight zero comes last, and is used when no other is usable`() {
        let rendezvous = Rendezvous(identities: Self.identities, weights: [0, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1])
        for key in Self.keys.prefix(200) {
            #expect(Set(rendezvous.order(for: key).suffix(2)) == [0, 2])
            #expect(rendezvous.first(for: key) { $0 == 2 } == 2)
        }
    }

    @Test func `Entries whose weights are all zero are equal`() {
        #expect(Self.owners(of: 10, weights: .init(repeating: 0, count: 10)) == Self.owners(of: 10))
    }

    @Test func `The order of entries makes no difference`() {
        let weights: [UInt32] = [5, 1, 2, 0, 3, 3, 8, 1, 0, 7, 2]
        let shuffled = [7, 2, 10, 0, 4, 9, 1, 3, 8, 5, 6]
        for (weights, permuted) in [
            (weights, shuffled.map { weights[$0] }), (.init(repeating: 1, count: 11), .init(repeating: 1, count: 11)),
        ] {
            let rendezvous = Rendezvous(identities: Self.identities, weights: weights)
            let other = Rendezvous(identities: shuffled.map { Self.identities[$0] }, weights: permuted)
            for key in Self.keys.prefix(200) {
                #expect(other.order(for: key).map { shuffled[$0] } == rendezvous.order(for: key))
                #expect(
                    other.first(for: key) { _ in true }.map { shuffled[$0] } == rendezvous.first(for: key) { _ in true }
                )
            }
        }
    }

    @Test func `A choice works without entries, without usable entries, and with one entry`() {
        #expect(Rendezvous(identities: [], weights: []).first(for: 1) { _ in true } == nil)
        #expect(Rendezvous(identities: [], weights: []).order(for: 1) == [])
        for weight in [0, 1, .max] as [UInt32] {
            let one = Rendezvous(identities: [0], weights: [weight])
            #expect(one.first(for: 1) { _ in true } == 0)
            #expect(one.first(for: 1) { _ in false } == nil)
        }
        #expect(Rendezvous(identities: [1, 2], weights: [1, 2]).first(for: 1) { _ in false } == nil)
    }

    /// A change here means that clients disagree with those of the previous release.
    @Test func `The entry of a key is the same in every release`() {
        let weighted = Rendezvous(identities: Self.identities, weights: [5, 1, 2, 0, 3, 3, 8, 1, 0, 7, 2])
        #expect(weighted.order(for: HashKey("customer-4711").value) == [6, 0, 4, 7, 5, 9, 10, 2, 1, 8, 3])
        #expect(Array(Self.owners(of: 10).prefix(12)) == [1, 0, 2, 4, 7, 8, 1, 9, 7, 3, 7, 3])
    }

    private static func owners(of count: Int, weights: [UInt32]? = nil) -> [Int?] {
        let weights = weights ?? .init(repeating: 1, count: count)
        let rendezvous = Rendezvous(identities: Array(identities.prefix(count)), weights: weights)
        return keys.map { rendezvous.first(for: $0) { _ in true } }
    }

    /// The formula as usually written, with u evenly distributed in 0..<1.
    private static func cost(_ index: Int, key: UInt64) -> Double {
        let draw = StableHash.mix(identities[index], key)
        return -log(1 - (Double(draw >> 12) + 0.5) * 0x1p-52) / 7
    }
}
