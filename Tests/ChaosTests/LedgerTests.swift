// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Chaos

/// The invariants of a run: each is violated once, by the events that it excludes.
struct LedgerTests {
    private let start = ContinuousClock.now

    @Test func `An instance that is gone may be handed out until the allowance of calm is over`() {
        var ledger = Ledger(allowance: .seconds(5))
        ledger.registers(1)
        ledger.deregistered(1, at: start)
        ledger.handedOut(1, by: "a", at: start + .seconds(60))
        ledger.calmSince = start + .seconds(60)
        ledger.handedOut(1, by: "a", at: start + .seconds(64))
        #expect(ledger.violations.isEmpty)
        ledger.handedOut(1, by: "a", at: start + .seconds(66))
        #expect(ledger.violations.count == 1)
    }

    @Test func `An instance that comes back may be handed out at any time`() {
        var ledger = Ledger(allowance: .seconds(5))
        ledger.calmSince = start
        ledger.registers(1)
        ledger.deregistered(1, at: start)
        ledger.registers(1)
        ledger.handedOut(1, by: "a", at: start + .seconds(60))
        #expect(ledger.violations.isEmpty)
    }

    @Test func `An endpoint that was never registered is a violation`() {
        var ledger = Ledger()
        ledger.handedOut(1, by: "a", at: start)
        #expect(ledger.violations.count == 1)
    }

    @Test func `An empty set is a violation`() {
        var ledger = Ledger()
        ledger.published(emptyBecauseOf: nil, by: "a")
        #expect(ledger.violations.isEmpty)
        ledger.published(emptyBecauseOf: "noHealthyInstance", by: "a")
        #expect(ledger.violations.count == 1)
    }

    @Test func `Two holders of one key at the same time are a violation`() {
        var ledger = Ledger()
        ledger.holds("a", token: 1)
        ledger.holds("b", token: 1)
        ledger.released("a", token: 1)
        ledger.holds("a", token: 2)
        #expect(ledger.violations.isEmpty)
        ledger.holds("a", token: 3)
        #expect(ledger.violations.count == 1)
    }

    @Test(arguments: [2, 1] as [UInt64]) func `A token that does not grow is a violation`(next: UInt64) {
        var ledger = Ledger()
        ledger.holds("a", token: 2)
        ledger.released("a", token: 2)
        ledger.holds("a", token: next)
        #expect(ledger.violations.count == 1)
    }

    @Test func `A write over one with a larger token is a violation`() {
        var ledger = Ledger()
        ledger.wrote("a", token: 2, over: nil)
        ledger.wrote("a", token: 2, over: 2)
        #expect(ledger.violations.isEmpty)
        ledger.wrote("a", token: 2, over: 3)
        #expect(ledger.violations.count == 1)
    }

    @Test func `A configuration of two versions is a violation`() {
        var ledger = Ledger()
        ledger.read(1, 1, by: "a")
        #expect(ledger.violations.isEmpty)
        ledger.read(2, 1, by: "a")
        #expect(ledger.violations.count == 1)
    }

    @Test func `An agreement after the allowance, or none at all, is a violation`() {
        var ledger = Ledger(allowance: .seconds(5))
        ledger.agreed("x", after: .seconds(4))
        #expect(ledger.violations.isEmpty)
        ledger.agreed("x", after: .seconds(6))
        ledger.agreed("x", after: nil)
        #expect(ledger.violations.count == 2)
        #expect(ledger.slowest == .seconds(6))
    }

    @Test func `The time that Consul itself needs does not count`() {
        var ledger = Ledger(allowance: .seconds(5))
        ledger.agreed("x", after: .seconds(8), ofWhichConsulNeeds: .seconds(4))
        #expect(ledger.violations.isEmpty)
        #expect(ledger.slowest == .seconds(4))
        ledger.agreed("x", after: .seconds(10), ofWhichConsulNeeds: .seconds(4))
        #expect(ledger.violations.count == 1)
    }

    @Test(arguments: [nil, [], [2], [1, 2]] as [Set<UInt16>?])
    func `A snapshot that is absent, damaged or wrong is a violation`(ports: Set<UInt16>?) {
        var ledger = Ledger()
        ledger.registers(1)
        ledger.stored([1], stable: 1, by: "a")
        #expect(ledger.violations.isEmpty)
        ledger.stored(ports, stable: 1, by: "a")
        #expect(!ledger.violations.isEmpty)
    }

    @Test func `What is left at the end is a violation`() {
        var ledger = Ledger()
        ledger.left(0, "sessions")
        #expect(ledger.violations.isEmpty)
        ledger.left(2, "sessions")
        #expect(ledger.violations.count == 1)
    }
}
