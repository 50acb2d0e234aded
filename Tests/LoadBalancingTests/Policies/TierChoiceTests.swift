// SPDX-License-Identifier: Apache-2.0

import NetworkAddress
import Testing

@testable import LoadBalancing

/// The tier of a pick when several priorities or places share the load.
struct TierChoiceTests {
    /// Returns ten endpoints in the first priority, some of them healthy, and ten in the second.
    private func endpoints(healthy: Int, second: Int = 10) -> [Endpoint] {
        (0..<10).map { number in
            var endpoint = Endpoint.numbered(1000 + number)
            if number >= healthy { endpoint.probe = .down }
            return endpoint
        }
            + (0..<10).map { number in
                var endpoint = Endpoint.numbered(2000 + number, priority: 2)
                if number >= second { endpoint.probe = .down }
                return endpoint
            }
            + (0..<10).map { .numbered(3000 + $0, priority: 3) }
    }

    @Test func `A key goes to one endpoint`() throws {
        let bench = BalancerBench(.hashed, endpoints(healthy: 5))
        for key in 0..<200 {
            #expect(try Set(bench.picks(20, PickOptions(key: HashKey(key)))).count == 1, "key \(key)")
        }
    }

    @Test func `Keys are shared like the load, and two processes agree`() throws {
        let bench = BalancerBench(.hashed, endpoints(healthy: 5), seed: 1)
        let picks = try mapping(bench)
        // Five of ten take 70 %; three standard deviations of a binomial are 137.
        #expect(abs(picks.count { $0 < 2000 } - 7000) < 137)
        #expect(try mapping(BalancerBench(.hashed, endpoints(healthy: 5), seed: 2)) == picks)
    }

    @Test func `Between two tiers no more keys move than shares do, and among more at most twice as many`() throws {
        // 70, 30, 0 percent, then 56, 44, 0, then 56, 42, 2.
        let steps = [endpoints(healthy: 5), endpoints(healthy: 4), endpoints(healthy: 4, second: 3)]
        let maps = try steps.map { try mapping(BalancerBench(.hashed, $0)).map { $0 / 1000 } }
        for (most, (before, after)) in zip([1, 2], zip(maps, maps.dropFirst())) {
            let moved = zip(before, after).count { $0 != $1 }
            let shares = (1...3).map { tier in abs(before.count { $0 == tier } - after.count { $0 == tier }) }
            #expect(moved > 0 && 2 * moved <= most * shares.reduce(0, +), "\(moved) of \(shares)")
        }
    }

    @Test func `Keys of remaining endpoints move only with the shares`() throws {
        let bench = BalancerBench(.hashed, endpoints(healthy: 5))
        let before = try mapping(bench)
        bench.balancer.update(endpoints(healthy: 4))
        for (old, new) in zip(before, try mapping(bench)) where old != new {
            // Within the first priority, only the keys of its lost endpoint move, and none move back to it.
            #expect(old == 1004 || (old < 2000 && new >= 2000), "\(old) to \(new)")
        }
    }

    @Test func `A client of pick first keeps to one endpoint`() throws {
        for seed in 0..<20 as Range<UInt64> {
            #expect(try Set(BalancerBench(.pickFirst, endpoints(healthy: 5), seed: seed).picks(50)).count == 1)
        }
    }

    @Test func `Clients of pick first share the load among tiers by the shares`() throws {
        let first = try (0..<2000 as Range<UInt64>).map { seed in
            try BalancerBench(.pickFirst, endpoints(healthy: 5), seed: seed).use()
        }
        // 70 %; three standard deviations are 61.
        #expect(abs(first.count { $0 < 2000 } - 1400) < 61)
    }

    @Test func `A key whose endpoints are excluded goes to another priority`() throws {
        let bench = BalancerBench(.hashed, endpoints(healthy: 5))
        for key in 0..<50 {
            let excluded = PickOptions.excluding(1000, 1001, 1002, 1003, 1004, key: HashKey(key))
            #expect(try Set(bench.picks(10, excluded)).allSatisfy { $0 >= 2000 })
        }
    }

    @Test(arguments: AllPolicies.spreading)
    func `Policies that spread requests take turns among tiers`(policy: any BalancingPolicy) throws {
        let bench = BalancerBench(policy, endpoints(healthy: 5))
        #expect(try bench.picks(100, PickOptions(key: "one")).count { $0 < 2000 } == 70)
        #expect(try BalancerBench(.hashed, endpoints(healthy: 5)).picks(100).count { $0 < 2000 } == 70)
    }

    @Test func `A key goes to one place`() throws {
        var endpoints = (0..<12).map { Endpoint.numbered($0) }
        for index in 0..<2 { endpoints[index].node = "here" }
        let bench = BalancerBench(.hashed, endpoints) { $0.locality = LocalityPreference([.node("here")]) }
        for key in 0..<100 {
            #expect(try Set(bench.picks(20, PickOptions(key: HashKey(key)))).count == 1, "key \(key)")
        }
        #expect(abs(try mapping(bench).count { $0 < 2 } - 6600) < 143)
    }

    private func mapping(_ bench: BalancerBench) throws -> [Int] {
        try (0..<10_000).map { try bench.use(.neutral, PickOptions(key: HashKey($0))) }
    }
}
