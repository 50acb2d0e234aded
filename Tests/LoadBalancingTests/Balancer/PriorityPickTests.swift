// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LoadBalancing

/// Priorities in picks: the tables of Envoy's documentation on priority levels.
struct PriorityPickTests {
    @Test(arguments: [(100, 100), (72, 100), (71, 99), (50, 70), (25, 35), (1, 1), (0, 0)])
    func `The load that the first priority cannot take goes to the second`(healthy: Int, share: Int) throws {
        for policy in AllPolicies.spreading {
            let bench = BalancerBench(policy, tier(1, healthy: healthy) + tier(2, healthy: 100))
            #expect(
                try shares(bench) == (share == 100 ? [1: 100] : share == 0 ? [2: 100] : [1: share, 2: 100 - share])
            )
        }
    }

    @Test func `Three priorities with too few endpoints share the load by the endpoints they have`() throws {
        let bench = BalancerBench(
            .weightedRoundRobin,
            tier(1, healthy: 25) + tier(2, healthy: 25) + tier(3, healthy: 20)
        )
        #expect(try shares(bench) == [1: 36, 2: 36, 3: 28])
    }

    @Test func `Ejections make load spill over, too`() throws {
        let bench = BalancerBench(.weightedRoundRobin, tier(1, healthy: 2, of: 2) + tier(2, healthy: 2, of: 2))
        #expect(try shares(bench) == [1: 100])
        #expect(try bench.fail(tier(1, healthy: 2, of: 2)[0].number))
        #expect(try shares(bench) == [1: 70, 2: 30])
    }

    @Test func `All endpoints form one tier if the balancer does not honor priorities`() throws {
        let bench = BalancerBench(.weightedRoundRobin, tier(1, healthy: 10, of: 10) + tier(2, healthy: 30, of: 30)) {
            $0.honorsPriorities = false
        }
        #expect(try shares(bench, of: 400) == [1: 100, 2: 300])
    }

    @Test func `A request that failed in the first priority goes to the second`() throws {
        let bench = BalancerBench(.weightedRoundRobin, [.numbered(1), .numbered(2, priority: 2)])
        #expect(try bench.picks(5) == [1, 1, 1, 1, 1])
        // The second priority has no load while the first is healthy, so it is no alternative.
        #expect(try bench.use(.neutral, .excluding(1)) == 1)
    }

    private func tier(_ priority: Int, healthy: Int, of total: Int = 100) -> [Endpoint] {
        (0..<total).map { index in
            var endpoint = Endpoint.numbered(1000 * priority + index, priority: UInt16(priority))
            if index >= healthy { endpoint.probe = .down }
            return endpoint
        }
    }

    private func shares(_ bench: BalancerBench, of count: Int = 100) throws -> [Int: Int] {
        Dictionary(grouping: try bench.picks(count)) { $0 / 1000 }.mapValues(\.count)
    }
}
