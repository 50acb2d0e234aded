// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LoadBalancing

/// Picks from a list that is sorted by distance.
struct NearestPickTests {
    private let sorted = [4, 1, 3, 0, 2].map { Endpoint.numbered($0) }

    @Test(arguments: AllPolicies.spreading)
    func `The nearest endpoints take the load, however the policy divides it`(policy: any BalancingPolicy) throws {
        let bench = bench(policy, nearest: 2)
        #expect(try Set(bench.picks(40)) == [1, 4])
    }

    @Test func `Another order of the same endpoints means another location`() throws {
        let bench = bench(.weightedRoundRobin, nearest: 1)
        #expect(try Set(bench.picks(10)) == [4])
        bench.balancer.update(sorted.reversed(), isSorted: true)
        #expect(try Set(bench.picks(10)) == [2])
        bench.balancer.update(sorted)
        #expect(try Set(bench.picks(10)) == [0, 1, 2, 3, 4])
    }

    @Test func `The load that the nearest endpoints cannot take goes to the others`() throws {
        let bench = bench(.weightedRoundRobin, nearest: 2)
        #expect(try bench.fail(4))
        // One endpoint of two takes half of the minimum, although it could take 70 %.
        let picks = try bench.picks(100)
        #expect(picks.count { $0 == 1 } == 50)
        #expect(Set(picks) == [0, 1, 2, 3])
    }

    private func bench(_ policy: any BalancingPolicy, nearest count: Int) -> BalancerBench {
        let bench = BalancerBench(policy) { $0.locality = LocalityPreference([.nearest(count)]) }
        bench.balancer.update(sorted, isSorted: true)
        return bench
    }
}
