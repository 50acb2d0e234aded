// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import TestSupport
import Testing

/// A weight of 0 is for endpoints that are used only when there is nobody else (RFC 2782).
struct SpareEndpointTests {
    @Test(arguments: AllPolicies.all)
    func `Who has no weight is not picked while others have one`(policy: any BalancingPolicy) throws {
        for weights in [[1, 0], [100, 0, 0], [1000, 1, 0], [0, 0, 0, 1]] as [[UInt16]] {
            let bench = BalancerBench(policy, .weighted(weights))
            // Nothing is answered, so that all who have a weight look worse and worse.
            var leases: [SharedLease] = []
            for key in 0..<200 {
                leases.append(SharedLease(try bench.balancer.pick(PickOptions(key: HashKey(key)))))
                bench.advance(by: .milliseconds(200))
            }
            #expect(leases.allSatisfy { weights[$0.endpoint.number] > 0 }, "\(weights)")
        }
    }

    @Test(arguments: AllPolicies.all)
    func `Who has no weight is picked when nobody else is left`(policy: any BalancingPolicy) throws {
        let bench = BalancerBench(policy, .weighted([1, 0, 0]))
        let picks = try (0..<50).map { try bench.use(.neutral, .excluding(0, key: HashKey($0))) }
        #expect(picks.allSatisfy { $0 != 0 })
    }

    @Test(arguments: AllPolicies.spreading)
    func `All without a weight are equal`(policy: any BalancingPolicy) throws {
        let bench = BalancerBench(policy, .weighted([0, 0, 0, 0]))
        let picks = try bench.picks(400)
        for number in 0..<4 { #expect((60...140).contains(picks.count { $0 == number })) }
    }
}
