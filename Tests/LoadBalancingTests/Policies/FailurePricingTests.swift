// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LoadBalancing

/// An endpoint must not receive more requests by failing than by answering, although failing is quicker.
struct FailurePricingTests {
    @Test(arguments: AllPolicies.all, 0..<3)
    func `An endpoint that fails at once gets no more requests than one that answers`(
        policy: any BalancingPolicy,
        victim: Int
    ) throws {
        let answering = try share(of: victim, policy) { _ in }
        let failing = try share(of: victim, isFailing: true, policy) { _ in }
        #expect(failing <= answering)
    }

    @Test(arguments: [.weightedRoundRobin, .adaptive, .hashed, .random, .pickFirst] as [any BalancingPolicy], 0..<3)
    func `An endpoint that fails at once gets no more requests without ejection either`(
        policy: any BalancingPolicy,
        victim: Int
    ) throws {
        let answering = try share(of: victim, policy) { $0.ejection = nil }
        let failing = try share(of: victim, isFailing: true, policy) { $0.ejection = nil }
        #expect(failing <= answering)
    }

    @Test(arguments: 0..<3)
    func `Ejection, or twice the share, bounds a failing endpoint where only requests in flight count`(victim: Int)
        throws
    {
        let failing = try share(of: victim, isFailing: true, .leastOutstanding) { $0.ejection = nil }
        // Two fifths of 3000, and three standard deviations.
        #expect(failing <= 1280)
        #expect(failing > 700)
    }

    /// Returns the number of 3000 requests that go to the endpoint: one request a millisecond, each of which takes 20
    /// ms, or no time where it fails.
    private func share(
        of victim: Int,
        isFailing: Bool = false,
        _ policy: any BalancingPolicy,
        configure: (inout LoadBalancer.Configuration) -> Void
    ) throws -> Double {
        let bench = BalancerBench(policy, .weighted([1, 1, 1, 1, 1]), configure: configure)
        var underWay: [SharedLease] = []
        var count = 0
        for step in 0..<3000 {
            let lease = SharedLease(try bench.balancer.pick(PickOptions(key: HashKey(step))))
            let isVictim = lease.endpoint.number == victim
            if isVictim { count += 1 }
            if isVictim, isFailing { lease.finish(.failure(.server)) }
            underWay.append(lease)
            bench.advance(by: .milliseconds(1))
            if underWay.count > 20 { underWay.removeFirst().finish(.success) }
        }
        return Double(count)
    }
}
