// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import Testing

@testable import LoadBalancing

@Suite struct `The policy of ejection` {
    static let nonsense: [(String, @Sendable (inout EjectionPolicy) -> Void)] = [
        ("consecutiveFailures", { $0.consecutiveFailures = -1 }),
        ("consecutiveConnectFailures", { $0.consecutiveConnectFailures = -1 }),
        ("successRate", { $0.successRate = 1.01 }),
        ("successRate", { $0.successRate = -0.01 }),
        ("successRate", { $0.successRate = .nan }),
        ("window", { $0.window = .zero }),
        ("minimumSamples", { $0.minimumSamples = 0 }),
        ("minimumFailures", { $0.minimumFailures = 0 }),
        ("baseTime", { $0.baseTime = .seconds(-1) }),
        ("maximumTime", { $0.maximumTime = .seconds(4) }),
        ("maximumShare", { $0.maximumShare = .infinity }),
    ]

    @Test func `The ejection policy is valid by default, and with every rule off`() throws {
        try EjectionPolicy().check()
        try EjectionPolicy(
            consecutiveFailures: 0,
            consecutiveConnectFailures: 0,
            successRate: 0,
            maximumShare: 0
        ).check()
    }

    @Test(arguments: nonsense.indices)
    func `Validation of the ejection policy names the invalid property`(index: Int) {
        let (property, spoil) = Self.nonsense[index]
        var policy = EjectionPolicy()
        spoil(&policy)
        let error = #expect(throws: PolicyError.self) { try policy.check() }
        #expect(error?.property == property)
    }

    @Test(arguments: nonsense.indices)
    func `An invalid ejection policy that is not validated does no harm`(index: Int) {
        var policy = EjectionPolicy()
        Self.nonsense[index].1(&policy)
        runThrough(policy)
    }

    @Test func `An ejection policy with the largest numbers does no harm`() {
        let forever = Duration.seconds(Int64.max)
        runThrough(EjectionPolicy(window: forever, baseTime: forever, maximumTime: forever))
        runThrough(
            EjectionPolicy(minimumSamples: .max, minimumFailures: .max, baseTime: .nanoseconds(1), maximumTime: forever)
        )
    }

    /// Two hundred ejections, as fast and as slow as time can pass.
    private func runThrough(_ policy: EjectionPolicy) {
        var ejection = Ejection(EjectionRules(policy))
        for step in 0..<200 as Range<Int64> {
            let now = Moment(nanoseconds: step.isMultiple(of: 2) ? .min &+ step : .max &- step)
            _ = ejection.observe(.failure(.connect), life: ejection.life, at: now)
            _ = ejection.eject(at: now, chance: 1)
            _ = ejection.becomeHalfOpen(at: Moment(nanoseconds: .max))
            _ = ejection.observeProbe(.failure(.server), life: ejection.life, at: now, chance: .nan)
            _ = ejection.reinstate(at: now)
        }
        #expect(!ejection.isEjected)
    }
}
