// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Chaos

struct ChaosTests {
    /// A thin run: the time limits are those of a busy machine. `make chaos` makes the long ones.
    @Test(.timeLimit(.minutes(5)))
    func `Programs agree with Consul after two storms, and no invariant is violated`() async throws {
        var chaos = Chaos()
        chaos.rounds = 2
        chaos.storm = .seconds(8)
        chaos.allowance = .seconds(30)
        let ledger = try await chaos.run()
        #expect(ledger.violations == [])
        for event in ["endpoints handed out", "holds of chaos/lock", "holds of chaos/leader", "configurations"] {
            #expect(ledger.counts[event] ?? 0 > 0, "\(event)")
        }
    }

    @Test func `A seed always leads to the same faults`() {
        for part in FaultPlan.Part.allCases {
            var plans = [7, 7, 8].map { FaultPlan(part, clients: 2, servers: 3, seed: $0) }
            let steps = plans.indices.map { index in (0..<50).map { _ in plans[index].next() } }
            #expect(steps[0] == steps[1])
            #expect(steps[0] != steps[2])
        }
    }
}
