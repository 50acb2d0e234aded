// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import ResolverSupport

/// Picks from a balancer at a fixed time.
enum Picks {
    static func balancer(
        _ policy: any BalancingPolicy,
        _ endpoints: [Endpoint],
        seed: UInt64,
        subset: SubsetRule? = nil
    ) -> LoadBalancer {
        var configuration = LoadBalancer.Configuration()
        configuration.policy = policy
        configuration.subset = subset
        let balancer = LoadBalancer(
            configuration: configuration,
            seed: seed,
            now: { Moment(nanoseconds: VirtualClock.start) }
        )
        balancer.update(endpoints)
        return balancer
    }

    static func balancer(_ policy: any BalancingPolicy, weights: [UInt16], seed: UInt64) -> LoadBalancer {
        balancer(policy, weights.enumerated().map { .numbered($0, weight: $1) }, seed: seed)
    }
}

extension LoadBalancer {
    /// Returns the number of the picked endpoint, with the lease dropped at once; -1 if there is no endpoint.
    func number(_ key: HashKey? = nil) -> Int {
        guard let lease = try? pick(PickOptions(key: key)) else { return -1 }
        return lease.endpoint.number
    }
}
