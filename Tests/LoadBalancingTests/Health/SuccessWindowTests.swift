// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import LoadBalancing

@Suite struct `A window of successes` {
    private var rules: EjectionRules { EjectionRules(EjectionPolicy()) }

    private func window(successes: Int, failures: Int) -> SuccessWindow {
        var window = SuccessWindow(nanoseconds: 30_000_000_000)
        for _ in 0..<successes { window.record(success: true, at: .seconds(1)) }
        for _ in 0..<failures { window.record(success: false, at: .seconds(1)) }
        return window
    }

    @Test func `A success window counts successes and failures, and forgets both`() {
        var window = window(successes: 3, failures: 2)
        #expect(window.successes(at: .seconds(1)) == 3 && window.failures(at: .seconds(1)) == 2)
        #expect(window.successes(at: .seconds(40)) == 0 && window.failures(at: .seconds(40)) == 0)
        window.reset()
        #expect(window.successes(at: .seconds(1)) == 0 && window.failures(at: .seconds(1)) == 0)
    }

    @Test(arguments: [
        (14, 5, false), (15, 5, true), (16, 4, false), (20, 5, false), (19, 5, true), (80, 20, false), (79, 20, true),
    ])
    func `A success window is bad with 20 samples, 5 failures and less than four fifths of successes`(
        successes: Int,
        failures: Int,
        isBad: Bool
    ) {
        #expect(window(successes: successes, failures: failures).isBelow(rules, at: .seconds(1)) == isBad)
    }

    @Test func `A success window with fewer failures than the minimum is not bad`() {
        let rules = EjectionRules(EjectionPolicy(minimumSamples: 1, minimumFailures: 7))
        #expect(!window(successes: 0, failures: 6).isBelow(rules, at: .seconds(1)))
        #expect(window(successes: 0, failures: 7).isBelow(rules, at: .seconds(1)))
    }

    @Test func `A success window is not bad when too few samples remain`() {
        #expect(!window(successes: 0, failures: 30).isBelow(rules, at: .seconds(32)))
    }
}
