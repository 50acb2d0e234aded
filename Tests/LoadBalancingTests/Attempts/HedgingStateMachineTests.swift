// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import LoadBalancing

struct HedgingStateMachineTests {
    @Test func `A late request is hedged once`() {
        var hedge = HedgingStateMachine()
        #expect(hedge.late() == .beginAnother)
        hedge.begin()
        #expect(hedge.late() == .wait)
    }

    @Test func `A failure that may be retried is retried without waiting`() {
        var hedge = HedgingStateMachine()
        #expect(hedge.fail(mayBeRepeated: true) == .beginAnother)
        hedge.begin()
        #expect(hedge.late() == .wait)
        #expect(hedge.fail(mayBeRepeated: true) == .giveUp)
    }

    @Test func `A failure that may not be retried ends the call`() {
        var hedge = HedgingStateMachine()
        #expect(hedge.fail(mayBeRepeated: false) == .giveUp)
    }

    @Test func `One failure of two requests waits for the other request`() {
        var hedge = HedgingStateMachine()
        hedge.begin()
        #expect(hedge.fail(mayBeRepeated: true) == .wait)
        #expect(hedge.fail(mayBeRepeated: true) == .giveUp)
    }

    @Test func `A call that cannot send a second request waits for the first, if that is in flight`() {
        var hedge = HedgingStateMachine()
        #expect(hedge.refuse() == .wait)
        #expect(hedge.late() == .wait)
        #expect(hedge.fail(mayBeRepeated: true) == .giveUp)
        var failed = HedgingStateMachine()
        #expect(failed.fail(mayBeRepeated: true) == .beginAnother)
        #expect(failed.refuse() == .giveUp)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `A call gives up when no request is in flight, and only then`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var hedge = HedgingStateMachine()
        var (underWay, begun) = (1, 1)
        for _ in 0..<20 where underWay > 0 {
            var action: HedgingStateMachine.Action
            if generator.happens(0.5) {
                action = hedge.late()
            } else {
                action = hedge.fail(mayBeRepeated: generator.happens(0.5))
                underWay -= 1
            }
            if action == .beginAnother, generator.happens(0.5) {
                hedge.begin()
                (underWay, begun) = (underWay + 1, begun + 1)
                continue
            }
            if action == .beginAnother { action = hedge.refuse() }
            #expect((action == .giveUp) == (underWay == 0))
        }
        #expect(begun <= 2)
    }
}
