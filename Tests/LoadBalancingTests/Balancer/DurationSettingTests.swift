// SPDX-License-Identifier: Apache-2.0

import NetworkAddress
import Testing

@testable import LoadBalancing

/// Every duration setting, with extreme values of `Duration`: no value ends the process.
@Suite(.timeLimit(.minutes(1)))
struct DurationSettingTests {
    private static let extremes: [Duration] = [
        .seconds(Int64.max), .seconds(Int64.min), .nanoseconds(Int64.max), .nanoseconds(Int64.min),
        Duration(secondsComponent: .max, attosecondsComponent: 999_999_999_999_999_999),
        .seconds(9_223_372_036), .seconds(-1), .nanoseconds(-1), .zero, .nanoseconds(1),
    ]

    private static let settings: [String: @Sendable (inout LoadBalancer.Configuration, Duration) -> Void] = [
        "ejection.window": { $0.ejection?.window = $1 },
        "ejection.baseTime": { $0.ejection?.baseTime = $1 },
        "ejection.maximumTime": { $0.ejection?.maximumTime = $1 },
        "slowStart.window": { $0.slowStart = SlowStart(window: $1) },
        "latency.timeConstant": { $0.latency.timeConstant = $1 },
        "latency.failurePenalty": { $0.latency.failurePenalty = $1 },
        "retryBudget.window": { $0.retryBudget.window = $1 },
        "recordHold": { $0.recordHold = $1 },
    ]

    @Test func `The settings of this test are all durations of a configuration`() {
        var configuration = LoadBalancer.Configuration()
        configuration.ejection = EjectionPolicy()
        configuration.locality = LocalityPreference([.nearest(2)])
        configuration.subset = SubsetRule(seed: 1)
        configuration.slowStart = SlowStart(window: .seconds(1))
        #expect(Set(Self.durations(of: configuration)) == Set(Self.settings.keys))
        for policy in AllPolicies.all { #expect(Self.durations(of: policy).isEmpty, "\(policy)") }
        #expect(Self.durations(of: PickOptions()).isEmpty)
    }

    @Test(arguments: Array(settings.keys).sorted(), extremes)
    func `A duration saturates or is refused by name`(setting: String, duration: Duration) throws {
        var configuration = LoadBalancer.Configuration()
        let set = try #require(Self.settings[setting])
        set(&configuration, duration)
        if let refusal = Self.refusal(of: configuration) {
            // The longest ejection is compared with the first.
            #expect(refusal.property == setting || setting == "ejection.baseTime", "\(refusal)")
            #expect(!refusal.message.isEmpty)
        }
        for policy in [.adaptive, .weightedRoundRobin] as [any BalancingPolicy] {
            configuration.policy = policy
            try live(with: configuration)
        }
    }

    @Test(arguments: extremes)
    func `The delay that an endpoint requests is limited to the range from zero to five minutes`(delay: Duration) throws
    {
        let bench = BalancerBench(.adaptive, .weighted([1, 1]))
        for _ in 0..<20 { try bench.use(.failure(.overload(retryAfter: delay)), for: .milliseconds(1)) }
        #expect(bench.balancer.endpoints.allSatisfy { $0.latency.map { (.zero)...(.seconds(300)) ~= $0 } ?? true })
    }

    @Test(arguments: extremes)
    func `A hedge accepts any delay`(delay: Duration) async throws {
        let bench = BalancerBench(.adaptive, .weighted([1, 1]))
        let number = try await bench.balancer.withHedgedEndpoint(after: delay) { $0.number }
        #expect((0...1).contains(number))
    }

    private static func refusal(of configuration: LoadBalancer.Configuration) -> PolicyError? {
        do { try configuration.check() } catch { return error }
        return nil
    }

    /// Runs a balancer through every operation that reads a time.
    private func live(with configuration: LoadBalancer.Configuration) throws {
        let bench = BalancerBench(configuration.policy, .weighted([1, 1, 1])) { $0 = configuration }
        for step in [.zero, .nanoseconds(1), .seconds(3600), .seconds(Int64.max), .seconds(-1)] as [Duration] {
            for _ in 0..<12 { try bench.use(.failure(.connect), for: .milliseconds(1)) }
            bench.advance(by: step)
            for _ in 0..<12 { try bench.use(.success, for: .milliseconds(1)) }
            bench.balancer.update([.numbered(0), .numbered(3)])
            try bench.use(.failure(.timeout))
            _ = bench.balancer.mayTryAgain()
            bench.advance(by: step)
            bench.balancer.update(.weighted([1, 1, 1]))
            try bench.use(.neutral, for: .seconds(1))
            #expect(bench.balancer.endpoints.count == 3)
        }
    }

    /// Returns the names of all durations in a value and its members.
    private static func durations(of value: Any) -> [String] {
        let mirror = Mirror(reflecting: value)
        if mirror.displayStyle == .optional { return mirror.children.first.map { durations(of: $0.value) } ?? [] }
        return mirror.children.flatMap { child -> [String] in
            let name = child.label ?? ""
            if child.value is Duration { return [name] }
            return durations(of: child.value).map { "\(name).\($0)" }
        }
    }
}
