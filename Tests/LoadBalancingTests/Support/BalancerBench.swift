// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import ResolverSupport

@testable import LoadBalancing

/// A balancer with a clock that only the test advances.
final class BalancerBench: Sendable {
    let balancer: LoadBalancer
    private let time: NIOLockedValueBox<Moment>

    init(
        _ policy: any BalancingPolicy = .weightedRoundRobin,
        _ endpoints: [Endpoint] = [],
        seed: UInt64 = 1,
        configure: (inout LoadBalancer.Configuration) -> Void = { _ in }
    ) {
        var configuration = LoadBalancer.Configuration()
        configuration.policy = policy
        configure(&configuration)
        let time = NIOLockedValueBox(Moment.seconds(1000))
        self.time = time
        balancer = LoadBalancer(configuration: configuration, seed: seed, now: { time.withLockedValue { $0 } })
        if !endpoints.isEmpty { balancer.update(endpoints) }
    }

    func advance(by duration: Duration) {
        time.withLockedValue { $0 = $0 + duration }
    }

    /// Picks an endpoint, finishes the lease after the given time, and returns the endpoint's number.
    @discardableResult
    func use(
        _ outcome: Outcome = .success,
        for duration: Duration = .zero,
        _ options: PickOptions = PickOptions()
    ) throws -> Int {
        let lease = try balancer.pick(options)
        let number = lease.endpoint.number
        advance(by: duration)
        lease.finish(outcome)
        return number
    }

    /// Returns the endpoint numbers of the given number of picks.
    func picks(_ count: Int, _ options: PickOptions = PickOptions()) throws -> [Int] {
        try (0..<count).map { _ in try use(.neutral, options) }
    }
}
