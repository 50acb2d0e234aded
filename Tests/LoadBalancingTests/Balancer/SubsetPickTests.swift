// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LoadBalancing

struct SubsetPickTests {
    private let all = (0..<40).map { Endpoint.numbered($0) }

    @Test func `A large set is reduced to a few endpoints, the same after a restart`() throws {
        let used = try used(of: bench(seed: 1))
        #expect(used.count == 8)
        #expect(try self.used(of: bench(seed: 2)) == used)
    }

    @Test func `A removed endpoint brings in at most one other`() throws {
        let bench = bench(seed: 1)
        let before = try used(of: bench)
        for number in all.map(\.number) {
            bench.balancer.update(all.filter { $0.number != number })
            let after = try used(of: bench)
            #expect(after.count == 8)
            #expect(after.subtracting(before).count == (before.contains(number) ? 1 : 0))
        }
        bench.balancer.update(all)
        #expect(try used(of: bench) == before)
    }

    @Test func `An ejected endpoint makes room for another`() throws {
        let bench = bench(seed: 1)
        let before = try used(of: bench)
        let victim = try #require(before.min())
        #expect(try bench.fail(victim))
        let after = try used(of: bench)
        #expect(after.count == 8)
        #expect(after.isSuperset(of: before.subtracting([victim])) && !after.contains(victim))
    }

    private func bench(seed: UInt64) -> BalancerBench {
        BalancerBench(.weightedRoundRobin, all, seed: seed) {
            $0.subset = SubsetRule(size: 8, appliesAbove: 20, seed: 7)
        }
    }

    private func used(of bench: BalancerBench) throws -> Set<Int> { try Set(bench.picks(50)) }
}
