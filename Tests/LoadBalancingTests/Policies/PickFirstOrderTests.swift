// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LoadBalancing

struct PickFirstOrderTests {
    private static let seeds: [UInt64] = (0..<10_000).map { HashKey($0).value }

    @Test(arguments: [[1, 1], [10, 1], [0, 1, 1], [3, 2, 1]] as [[UInt32]])
    func `Each server is first for its share of clients`(weights: [UInt32]) {
        let identities = weights.indices.map { HashKey("server-\($0)").value }
        let firsts = Self.seeds.map { Rendezvous(identities: identities, weights: weights).order(for: $0)[0] }
        for (server, weight) in weights.enumerated() {
            let share = Double(weight) / Double(Weights.sum(weights))
            let clients = Double(firsts.count)
            let deviation = (clients * share * (1 - share)).squareRoot()
            #expect(abs(Double(firsts.count { $0 == server }) - clients * share) <= 3 * deviation)
        }
    }

    @Test(arguments: [[1, 1], [10, 1], [0, 1, 1], [3, 2, 1]] as [[UInt32]])
    func `The order of records makes no difference`(weights: [UInt32]) {
        let identities = weights.indices.map { HashKey("server-\($0)").value }
        for seed in Self.seeds.prefix(100) {
            let expected = Rendezvous(identities: identities, weights: weights).order(for: seed)
            for permutation in Self.permutations(of: Array(weights.indices)) {
                let permuted = Rendezvous(
                    identities: permutation.map { identities[$0] },
                    weights: permutation.map { weights[$0] }
                )
                let order = permuted.order(for: seed)
                #expect(order.map { permutation[$0] } == expected)
            }
        }
    }

    @Test func `Each server is second with its share of the remaining weight`() {
        let identities = (0..<3).map { HashKey("server-\($0)").value }
        let orders = Self.seeds.map { Rendezvous(identities: identities, weights: [2, 1, 3]).order(for: $0) }
        let afterTheLast = orders.filter { $0[0] == 2 }
        let share = Double(afterTheLast.count { $0[1] == 0 }) / Double(afterTheLast.count)
        // Two thirds of about 5000, with a standard deviation of 0.0067.
        #expect(abs(share - 2.0 / 3) < 0.02)
    }

    @Test func `A server of weight zero comes last`() {
        for seed in Self.seeds.prefix(500) {
            #expect(Rendezvous(identities: [11, 12, 13], weights: [1, 0, 1]).order(for: seed).last == 1)
        }
    }

    @Test func `Remaining servers keep their relative order`() {
        let identities = (0..<6).map { HashKey("server-\($0)").value }
        let weights: [UInt32] = [1, 5, 2, 0, 9, 1]
        for seed in Self.seeds.prefix(200) {
            let all = Rendezvous(identities: identities, weights: weights).order(for: seed)
            let some = Rendezvous(identities: identities.dropLast(), weights: weights.dropLast()).order(for: seed)
            #expect(all.filter { $0 != 5 } == some)
        }
    }

    @Test func `The order works without servers and with one`() {
        #expect(Rendezvous(identities: [], weights: []).order(for: 1) == [])
        #expect(Rendezvous(identities: [9], weights: [0]).order(for: 1) == [0])
    }

    private static func permutations(of elements: [Int]) -> [[Int]] {
        guard !elements.isEmpty else { return [[]] }
        return elements.flatMap { first in permutations(of: elements.filter { $0 != first }).map { [first] + $0 } }
    }
}
