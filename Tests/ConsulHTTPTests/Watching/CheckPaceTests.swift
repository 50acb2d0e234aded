// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulHTTP

/// Chance of one half is no jitter.
struct CheckPaceTests {
    let start = ContinuousClock.now
    var pace = CheckPace(policy: WatchPolicy(checkInterval: .seconds(4), checkShare: 0.1))

    @Test mutating func `A check follows an interval after the last plain read, however many questions begin`() {
        pace.plainReadEnded(at: start, chance: 0.5)
        #expect(pace.pause(at: start) == .seconds(4))
        #expect(pace.pause(at: start + .seconds(3)) == .seconds(1))
        #expect(pace.pause(at: start + .seconds(9)) == .zero)
        pace.checkEnded(took: .milliseconds(1), succeeded: true, at: start + .seconds(9), chance: 0.5)
        #expect(pace.pause(at: start + .seconds(9)) == .seconds(4))
    }

    @Test mutating func `Chance moves a check by up to a quarter of the interval`() {
        pace.plainReadEnded(at: start, chance: 0)
        #expect(pace.pause(at: start) == .seconds(3))
        pace.checkEnded(took: .zero, succeeded: true, at: start, chance: 0.75)
        #expect(pace.pause(at: start) == .seconds(4.5))
    }

    @Test mutating func `A check that shows another content is soon followed by the next`() {
        pace.checkEnded(took: .zero, succeeded: true, at: start, chance: 0.5)
        pace.checkAgain(at: start)
        #expect(pace.pause(at: start) == .milliseconds(500))
    }

    @Test mutating func `Checks that take long are further apart, those that fail are not`() {
        pace.checkEnded(took: .seconds(2), succeeded: true, at: start, chance: 0.5)
        #expect(pace.pause(at: start) == .seconds(20))
        pace.checkEnded(took: .seconds(10), succeeded: false, at: start, chance: 0.5)
        #expect(pace.pause(at: start) == .seconds(4))
    }
}
