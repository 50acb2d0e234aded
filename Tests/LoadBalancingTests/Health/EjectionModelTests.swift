// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import TestSupport
import Testing

@testable import LoadBalancing

/// Random scripts, compared with a model that keeps every outcome and computes each result anew.
@Suite struct `An ejection, compared with a plain model` {
    @Test(arguments: 0..<40 as Range<UInt64>)
    func `An ejection and its model agree on every script`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        // Long enough that no outcome leaves it: the window is tested with `SuccessWindow`.
        let policy = EjectionPolicy(window: .seconds(1_000_000))
        var ejection = Ejection(EjectionRules(policy))
        var model = EjectionModel(policy: policy)
        let failing = Double.random(in: 0...0.9, using: &generator)
        var now: Int64 = 0
        for _ in 0..<2_000 {
            now += .random(in: 0...1_000_000_000, using: &generator)
            let moment = Moment(nanoseconds: now)
            let life = generator.happens(0.8) ? model.life : model.life &- 1
            let chance = Double.random(in: 0..<1, using: &generator)
            let outcome = outcome(failing: failing, &generator)
            switch Int.random(in: 0..<20, using: &generator) {
            case 0:
                #expect(ejection.reinstate(at: moment) == model.reinstate(at: moment))
            case 1..<4:
                #expect(ejection.becomeHalfOpen(at: moment) == model.becomeHalfOpen(at: moment))
            case 4..<8:
                let verdict = ejection.observeProbe(outcome, life: life, at: moment, chance: chance)
                #expect(verdict == model.observeProbe(outcome, life: life, at: moment, chance: chance))
            default:
                let verdict = ejection.observe(outcome, life: life, at: moment)
                #expect(verdict == model.observe(outcome, life: life))
                if verdict != .nothing, generator.happens(0.5) {
                    let until = ejection.eject(at: moment, chance: chance)
                    #expect(until == model.eject(at: moment, chance: chance))
                }
            }
            #expect(ejection.state == model.state)
        }
    }

    private func outcome(failing: Double, _ generator: inout SeededGenerator) -> Outcome {
        guard generator.happens(failing) else { return generator.happens(0.9) ? .success : .neutral }
        return .failure(
            [.connect, .timeout, .server, .client, .overload()].randomElement(using: &generator) ?? .server
        )
    }
}
