// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import TestSupport
import Testing

/// An endpoint of weight 0 is used only when there is no other (RFC 2782).
struct SpareEndpointTests {
    @Test(arguments: AllPolicies.all)
    func `An endpoint without weight is not picked while others have one`(policy: any BalancingPolicy) throws {
        for weights in [[1, 0], [100, 0, 0], [1000, 1, 0], [0, 0, 0, 1]] as [[UInt16]] {
            let bench = BalancerBench(policy, .weighted(weights))
            // No request is answered, so that all endpoints with a weight look worse and worse.
            var leases: [SharedLease] = []
            for key in 0..<200 {
                leases.append(SharedLease(try bench.balancer.pick(PickOptions(key: HashKey(key)))))
                bench.advance(by: .milliseconds(200))
            }
            #expect(leases.allSatisfy { weights[$0.endpoint.number] > 0 }, "\(weights)")
        }
    }

    @Test(arguments: AllPolicies.all)
    func `An endpoint without weight is picked when no other is left`(policy: any BalancingPolicy) throws {
        let bench = BalancerBench(policy, .weighted([1, 0, 0]))
        let picks = try (0..<50).map { try bench.use(.neutral, .excluding(0, key: HashKey($0))) }
        #expect(picks.allSatisfy { $0 != 0 })
    }

    @Test(arguments: AllPolicies.spreading)
    func `Endpoints are equal when all have no weight`(policy: any BalancingPolicy) throws {
        let bench = BalancerBench(policy, .weighted([0, 0, 0, 0]))
        let picks = try bench.picks(400)
        for number in 0..<4 { #expect((60...140).contains(picks.count { $0 == number })) }
    }
}
