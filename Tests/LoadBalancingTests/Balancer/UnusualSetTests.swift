// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import LoadBalancing

/// Very many endpoints, very many updates, and invalid settings.
struct UnusualSetTests {
    @Test(arguments: AllPolicies.all)
    func `Ten thousand endpoints are balanced like ten`(policy: any BalancingPolicy) throws {
        let bench = BalancerBench(policy, (0..<10_000).map { .numbered($0) })
        let picks = try (0..<1000).map { try bench.use(.success, for: .zero, PickOptions(key: HashKey($0))) }
        #expect(picks.allSatisfy { (0..<10_000).contains($0) })
        let isSpread = !(policy.description == "pickFirst")
        #expect(isSpread ? Set(picks).count > 900 : Set(picks).count == 1)
    }

    @Test func `The last of ten thousand updates counts`() throws {
        var generator = SeededGenerator(seed: 1)
        let bench = BalancerBench(.adaptive)
        var weights: [UInt16] = []
        for step in 0..<10_000 {
            weights = (0..<(1 + step % 4)).map { _ in UInt16.random(in: 1...3, using: &generator) }
            bench.balancer.update(.weighted(weights))
            if step.isMultiple(of: 10) { try bench.use(for: .milliseconds(1)) }
        }
        #expect(bench.balancer.endpoints.map(\.endpoint) == .weighted(weights))
        let picks = try Set(bench.picks(100))
        #expect(picks == Set(weights.indices))
    }

    @Test func `The records of removed endpoints are limited in number`() throws {
        let bench = BalancerBench(.adaptive, [.numbered(0)])
        try bench.use(for: .milliseconds(1))
        for number in 1..<2300 {
            bench.balancer.update([.numbered(number)])
            bench.advance(by: .milliseconds(1))
        }
        // Within the hold time, but too many endpoints were removed since.
        bench.balancer.update([.numbered(0), .numbered(2299)])
        #expect(bench.report(0)?.latency == nil)
    }

    @Test(arguments: AllPolicies.all)
    func `Invalid settings do no harm`(policy: any BalancingPolicy) throws {
        for value in [Double.nan, .infinity, -.infinity, -1, 0, 1e300] {
            let bench = BalancerBench(policy, mixed) { configuration in
                configuration.overprovisioning = value
                configuration.panicThreshold = value
                configuration.recordHold = .seconds(-1)
                configuration.latency.timeConstant = .seconds(-1)
                configuration.latency.failurePenalty = .seconds(-1)
                configuration.locality = LocalityPreference([.node("a")], minimumHealthy: -1, overprovisioning: value)
                configuration.subset = SubsetRule(size: -1, appliesAbove: -1, seed: 0)
                configuration.slowStart = SlowStart(window: .seconds(-1), minimumShare: value, aggression: value)
                configuration.retryBudget = RetryBudgetPolicy(ratio: value, minimumPerSecond: -1, window: .seconds(-1))
                configuration.ejection = EjectionPolicy(
                    consecutiveFailures: -1,
                    consecutiveConnectFailures: .max,
                    successRate: value,
                    window: .seconds(-1),
                    minimumSamples: -1,
                    minimumFailures: .min,
                    baseTime: .seconds(-1),
                    maximumTime: .seconds(-2),
                    maximumShare: value
                )
            }
            try exercise(bench)
        }
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, -5, 1e308])
    func `Invalid settings of policies do no harm`(value: Double) throws {
        try exercise(BalancerBench(.adaptive(hysteresis: value), mixed))
        try exercise(BalancerBench(.hashed(largestExactSet: .max, loadBound: value), mixed))
        let table = BalancerBench(.hashed(largestExactSet: -1, loadBound: value), [.numbered(0), .numbered(1)])
        #expect(try Set((0..<50).map { try table.use(.success, PickOptions(key: HashKey($0))) }) == [0, 1])
    }

    @Test(arguments: AllPolicies.all)
    func `Settings that are too large do no harm`(policy: any BalancingPolicy) throws {
        let bench = BalancerBench(policy, mixed) { configuration in
            let forever = Duration.seconds(Int64.max)
            configuration.recordHold = forever
            configuration.latency.timeConstant = forever
            configuration.latency.failurePenalty = forever
            configuration.slowStart = SlowStart(window: forever)
            configuration.subset = SubsetRule(size: .max, appliesAbove: 0, seed: 0)
            configuration.retryBudget = RetryBudgetPolicy(ratio: 1, minimumPerSecond: .max, window: forever)
            configuration.ejection = EjectionPolicy(
                window: forever,
                minimumSamples: .max,
                baseTime: forever,
                maximumTime: forever,
                maximumShare: 9
            )
        }
        try exercise(bench)
    }

    private var mixed: [Endpoint] {
        (0..<9).map { number in
            var endpoint = Endpoint.numbered(number, weight: UInt16(number % 3), priority: UInt16(number % 2))
            endpoint.node = number < 4 ? "a" : nil
            if number.isMultiple(of: 4) { endpoint.probe = .down }
            return endpoint
        }
    }

    private func exercise(_ bench: BalancerBench) throws {
        let outcomes: [Outcome] = [.success, .failure(.server), .failure(.connect), .neutral]
        for step in 0..<200 {
            let outcome = outcomes[step % 4]
            try bench.use(outcome, for: .milliseconds(step), PickOptions(key: HashKey(step)))
            if step.isMultiple(of: 50) { bench.balancer.update(mixed.filter { $0.number != step / 50 }) }
        }
        #expect(bench.balancer.endpoints.allSatisfy { $0.outstanding == 0 })
        _ = bench.balancer.mayTryAgain()
    }
}
