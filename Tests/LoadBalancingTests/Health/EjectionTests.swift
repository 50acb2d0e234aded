// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import TestSupport
import Testing

@testable import LoadBalancing

@Suite struct `The ejection of an endpoint` {
    private func fresh(_ policy: EjectionPolicy = EjectionPolicy()) -> Ejection { Ejection(EjectionRules(policy)) }

    private func fail(_ ejection: inout Ejection, _ count: Int = 5, at now: Moment) -> Ejection.Verdict {
        (0..<count).reduce(.nothing) { _, _ in ejection.observe(.failure(.server), life: ejection.life, at: now) }
    }

    /// Returns an ejection that became half-open at the given time, after five failures at 0.
    private func halfOpen(at now: Moment) -> Ejection {
        var ejection = fresh()
        _ = fail(&ejection, at: .seconds(0))
        _ = ejection.eject(at: .seconds(0), chance: 0)
        _ = ejection.becomeHalfOpen(at: now)
        return ejection
    }

    @Test func `An ejection goes from failures through a probe back to the eligible state`() {
        var ejection = fresh()
        #expect(fail(&ejection, at: .seconds(1)) == .wantsEjection(.consecutiveFailures))
        #expect(!ejection.isEjected)
        #expect(ejection.eject(at: .seconds(1), chance: 0.5) == .seconds(4.75))
        #expect(ejection.state == .ejected(until: .seconds(4.75)))
        #expect(ejection.becomeHalfOpen(at: .seconds(4.7)) == false)
        #expect(ejection.becomeHalfOpen(at: .seconds(4.75)) == true)
        #expect(ejection.state == .halfOpen && ejection.isEjected)
        #expect(ejection.beginProbe() == true)
        #expect(ejection.observeProbe(.success, life: ejection.life, at: .seconds(5), chance: 0) == .restored)
        #expect(ejection.state == .closed && !ejection.isEjected)
    }

    @Test func `An ejection happens once, however many callers request it`() {
        var ejection = fresh()
        #expect(fail(&ejection, at: .seconds(1)) == .wantsEjection(.consecutiveFailures))
        #expect(fail(&ejection, 1, at: .seconds(1)) == .wantsEjection(.consecutiveFailures))
        #expect(ejection.eject(at: .seconds(1), chance: 0) != nil)
        #expect(ejection.eject(at: .seconds(2), chance: 0) == nil)
        #expect(fail(&ejection, 100, at: .seconds(2)) == .nothing)
        #expect(ejection.state == .ejected(until: .seconds(3.5)))
        #expect(ejection.becomeHalfOpen(at: .seconds(4)) == true)
        #expect(ejection.becomeHalfOpen(at: .seconds(4)) == false)
        #expect(ejection.eject(at: .seconds(4), chance: 0) == nil)
    }

    @Test func `An ejection is not undone by a late success`() {
        var ejection = halfOpen(at: .seconds(1))
        #expect(ejection.observe(.success, life: ejection.life, at: .seconds(1)) == .nothing)
        #expect(ejection.isEjected)
        _ = ejection.becomeHalfOpen(at: .seconds(3))
        #expect(ejection.observe(.success, life: ejection.life, at: .seconds(3)) == .nothing)
        #expect(ejection.state == .halfOpen)
    }

    @Test func `An ejection that was not allowed is requested again at the next failure`() {
        var ejection = fresh()
        for second in 0..<1_000 {
            let verdict = fail(&ejection, second == 0 ? 5 : 1, at: .seconds(Double(second)))
            #expect(verdict == .wantsEjection(.consecutiveFailures))
        }
        #expect(ejection.observe(.success, life: ejection.life, at: .seconds(1_000)) == .nothing)
    }

    @Test func `An ejection clears the failures that led to it`() {
        var ejection = halfOpen(at: .seconds(3))
        #expect(ejection.observeProbe(.success, life: ejection.life, at: .seconds(3), chance: 0) == .restored)
        #expect(fail(&ejection, 4, at: .seconds(4)) == .nothing)
        #expect(fail(&ejection, 1, at: .seconds(4)) == .wantsEjection(.consecutiveFailures))
    }

    @Test func `An ejection is not repeated for requests from before the return`() {
        var ejection = halfOpen(at: .seconds(3))
        _ = ejection.observeProbe(.success, life: ejection.life, at: .seconds(3), chance: 0)
        for _ in 0..<100 {
            #expect(ejection.observe(.failure(.timeout), life: 0, at: .seconds(10)) == .nothing)
        }
        #expect(fail(&ejection, 4, at: .seconds(10)) == .nothing)
    }

    @Test func `An ejection admits one probe at a time, and another after one without a result`() {
        var ejection = fresh()
        #expect(ejection.beginProbe() == false)
        ejection = halfOpen(at: .seconds(1))
        #expect(ejection.beginProbe() == false)
        _ = ejection.becomeHalfOpen(at: .seconds(3))
        for outcome in [Outcome.neutral, .failure(.client)] {
            #expect(ejection.beginProbe() == true)
            #expect(ejection.beginProbe() == false)
            #expect(ejection.observeProbe(outcome, life: ejection.life, at: .seconds(3), chance: 0) == .nothing)
            #expect(ejection.state == .halfOpen)
        }
        #expect(ejection.beginProbe() == true)
        #expect(
            ejection.observeProbe(.failure(.overload()), life: ejection.life, at: .seconds(3), chance: 0)
                == .ejected(until: .seconds(8))
        )
        #expect(ejection.becomeHalfOpen(at: .seconds(8)) == true)
        #expect(ejection.beginProbe() == true)
    }

    @Test func `An ejection lasts twice as long after each failed probe, up to a minute`() {
        var ejection = halfOpen(at: .seconds(5))
        var now = 5.0
        for time in [10.0, 20, 40, 60, 60, 60] {
            #expect(
                ejection.observeProbe(.failure(.timeout), life: ejection.life, at: .seconds(now), chance: 0)
                    == .ejected(until: .seconds(now + time / 2))
            )
            now += time
            #expect(ejection.becomeHalfOpen(at: .seconds(now)) == true)
        }
    }

    @Test(arguments: [(59.0, 10.0), (60, 5), (600, 5)])
    func `An ejection has its first duration again after a minute without one`(clean: Double, time: Double) {
        var ejection = halfOpen(at: .seconds(5))
        _ = ejection.observeProbe(.success, life: ejection.life, at: .seconds(5), chance: 0)
        _ = fail(&ejection, at: .seconds(5 + clean))
        #expect(ejection.eject(at: .seconds(5 + clean), chance: 1) == .seconds(5 + clean + time))
    }

    @Test func `An ejection loses one doubling for each minute`() {
        var ejection = halfOpen(at: .seconds(100))
        for _ in 0..<9 {
            _ = ejection.observeProbe(.failure(.server), life: ejection.life, at: .seconds(100), chance: 0)
            _ = ejection.becomeHalfOpen(at: .seconds(200))
        }
        _ = ejection.observeProbe(.success, life: ejection.life, at: .seconds(200), chance: 0)
        #expect(ejection.eject(at: .seconds(200 + 3 * 60), chance: 1) == .seconds(380 + 10))
    }

    @Test func `An ejection ends when a health check finds the endpoint well`() {
        var ejection = fresh()
        #expect(ejection.reinstate(at: .seconds(0)) == false)
        for now in [Moment.seconds(1), .seconds(3)] {
            ejection = halfOpen(at: now)
            _ = ejection.beginProbe()
            #expect(ejection.reinstate(at: now) == true)
            #expect(ejection.state == .closed)
            // The pending probe does not count any more, also during a new ejection.
            let life = ejection.life &- 1
            #expect(ejection.observeProbe(.failure(.server), life: life, at: now, chance: 0) == .nothing)
            #expect(ejection.observeProbe(.success, life: life, at: now, chance: 0) == .nothing)
        }
        // The next ejection lasts twice as long all the same, and a probe is possible.
        #expect(ejection.eject(at: .seconds(4), chance: 1) == .seconds(14))
        #expect(ejection.becomeHalfOpen(at: .seconds(14)) == true)
        #expect(ejection.beginProbe() == true)
    }

    @Test func `An ejection does not change when the clock goes back`() {
        var ejection = fresh()
        #expect(fail(&ejection, 4, at: .seconds(1_000)) == .nothing)
        #expect(fail(&ejection, 1, at: .seconds(-1_000)) == .wantsEjection(.consecutiveFailures))
        #expect(ejection.eject(at: .seconds(1_000), chance: 0) == .seconds(1_002.5))
        #expect(ejection.becomeHalfOpen(at: .seconds(-1_000)) == false)
        #expect(ejection.becomeHalfOpen(at: .seconds(1_003)) == true)
        #expect(ejection.observeProbe(.success, life: ejection.life, at: .seconds(1_003), chance: 0) == .restored)
        #expect(ejection.eject(at: .seconds(-1_000), chance: 1) == .seconds(-990))
    }
}
