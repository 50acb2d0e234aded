// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import Testing

@testable import ConsulHTTP

/// A chance of one half means no jitter.
struct CheckPaceTests {
    let start = Moment.now
    var pace = CheckPace(policy: WatchPolicy(checkInterval: .seconds(4), checkShare: 0.1))

    @Test mutating func `A check follows the last non-blocking read after an interval, however many queries begin`() {
        pace.plainReadEnded(at: start, chance: 0.5)
        #expect(pace.pause(at: start) == .seconds(4))
        #expect(pace.pause(at: start + .seconds(3)) == .seconds(1))
        #expect(pace.pause(at: start + .seconds(9)) == .zero)
        pace.checkEnded(took: .milliseconds(1), succeeded: true, at: start + .seconds(9), chance: 0.5)
        #expect(pace.pause(at: start + .seconds(9)) == .seconds(4))
    }

    @Test mutating func `Jitter moves a check by up to a quarter of the interval`() {
        pace.plainReadEnded(at: start, chance: 0)
        #expect(pace.pause(at: start) == .seconds(3))
        pace.checkEnded(took: .zero, succeeded: true, at: start, chance: 0.75)
        #expect(pace.pause(at: start) == .seconds(4.5))
    }

    @Test mutating func `A check that shows other content is soon followed by the next one`() {
        pace.checkEnded(took: .zero, succeeded: true, at: start, chance: 0.5)
        pace.checkAgain(at: start)
        #expect(pace.pause(at: start) == .milliseconds(500))
    }

    @Test mutating func `A single slow check delays no other, because a lost packet is no work of Consul`() {
        pace.checkEnded(took: .milliseconds(5), succeeded: true, at: start, chance: 0.5)
        for _ in 0..<2 {
            pace.checkEnded(took: .seconds(2), succeeded: true, at: start, chance: 0.5)
            #expect(pace.pause(at: start) == .seconds(4))
        }
    }

    @Test mutating func `Checks that are always slow become further apart, failed checks do not`() {
        var pauses: [Duration] = []
        for _ in 0..<10 {
            pace.checkEnded(took: .seconds(2), succeeded: true, at: start, chance: 0.5)
            pauses.append(pace.pause(at: start))
        }
        #expect(zip(pauses, pauses.dropFirst()).allSatisfy(<=))
        #expect(pauses.last == .seconds(20))
        pace.checkEnded(took: .seconds(10), succeeded: false, at: start, chance: 0.5)
        #expect(pace.pause(at: start) == .seconds(4))
        // A fast check shows that the work has become less.
        pace.checkEnded(took: .milliseconds(5), succeeded: true, at: start, chance: 0.5)
        pace.checkEnded(took: .seconds(2), succeeded: true, at: start, chance: 0.5)
        #expect(pace.pause(at: start) == .seconds(4))
    }
}
