// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import TestSupport
import Testing

@testable import LoadBalancing

@Suite struct `A budget of retries` {
    private func budget(ratio: Double = 0.2, perSecond: Int = 10) -> RetryBudget {
        RetryBudget(RetryBudgetPolicy(ratio: ratio, minimumPerSecond: perSecond))
    }

    private func spend(_ budget: inout RetryBudget, at now: Moment) -> Int {
        var count = 0
        while count < 10_000, budget.withdraw(at: now) { count += 1 }
        return count
    }

    @Test func `The retry budget allows ten retries a second without any request, over ten seconds`() {
        var budget = RetryBudget()
        #expect(budget.balance(at: .seconds(1)) == 100)
        #expect(spend(&budget, at: .seconds(1)) == 100)
        #expect(spend(&budget, at: .seconds(9.9)) == 0)
        #expect(spend(&budget, at: .seconds(11)) == 100)
        // Budget unused for an hour does not accumulate.
        #expect(spend(&budget, at: .seconds(3_600)) == 100)
    }

    @Test(arguments: [(0.2, 5, 1), (0.2, 1_000, 200), (0.29, 100, 29), (1, 7, 7), (0, 1_000, 0)])
    func `The retry budget is a share of the requests`(ratio: Double, requests: Int, retries: Int) {
        var budget = budget(ratio: ratio, perSecond: 0)
        for _ in 0..<requests { budget.deposit(at: .seconds(1)) }
        #expect(spend(&budget, at: .seconds(1)) == retries)
        #expect(budget.balance(at: .seconds(1)) == 0)
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func `The retry budget never allows more than the policy permits for the previous window`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var budget = budget(ratio: 0.2, perSecond: 1)
        var (requests, retries): ([Int64], [Int64]) = ([], [])
        var now: Int64 = 0
        for _ in 0..<2_000 {
            now += .random(in: 0...100_000_000, using: &generator)
            if generator.happens(0.5) {
                budget.deposit(at: Moment(nanoseconds: now))
                requests.append(now)
            }
            guard budget.withdraw(at: Moment(nanoseconds: now)) else { continue }
            retries.append(now)
            let recent = retries.count { $0 > now - 9_000_000_000 }
            let earned = Double(requests.count { $0 > now - 10_000_000_000 }) * 0.2
            #expect(Double(recent) <= earned + 10 + 0.001)
        }
        #expect(Double(retries.count) > 0.19 * Double(requests.count))
    }

    @Test func `The retry budget is safe when the clock goes back`() {
        var budget = RetryBudget()
        #expect(spend(&budget, at: .seconds(100)) == 100)
        #expect(spend(&budget, at: .seconds(-100)) == 0)
        #expect(spend(&budget, at: .seconds(111)) == 100)
    }

    @Test func `The retry budget is safe with invalid settings, which are named`() throws {
        try RetryBudgetPolicy().check()
        let nonsense: [(String, RetryBudgetPolicy)] = [
            ("ratio", RetryBudgetPolicy(ratio: .nan)),
            ("ratio", RetryBudgetPolicy(ratio: -1)),
            ("minimumPerSecond", RetryBudgetPolicy(minimumPerSecond: -1)),
            ("window", RetryBudgetPolicy(window: .seconds(-1))),
        ]
        for (property, policy) in nonsense {
            let error = #expect(throws: PolicyError.self) { try policy.check() }
            #expect(error?.property == property)
            var budget = RetryBudget(policy)
            #expect(spend(&budget, at: .seconds(1)) <= 100)
        }
        let endless = RetryBudget(RetryBudgetPolicy(ratio: 1, minimumPerSecond: .max, window: .seconds(Int64.max)))
        #expect(endless.balance(at: Moment(nanoseconds: .max)) > 1_000_000)
    }
}
