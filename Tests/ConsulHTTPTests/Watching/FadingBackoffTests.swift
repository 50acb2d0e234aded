// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import Testing

@testable import ConsulHTTP

struct FadingBackoffTests {
    let start = Moment.now
    var backoff = FadingBackoff(initial: .milliseconds(100), maximum: .seconds(10), halfLife: .seconds(10))

    @Test mutating func `The backoff doubles up to its limit`() {
        for milliseconds in [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000] {
            let pause = backoff.trouble(at: start)
            #expect(pause == .milliseconds(milliseconds))
        }
        for _ in 0..<1000 { _ = backoff.trouble(at: start) }
        let pause = backoff.trouble(at: start)
        #expect(pause == .seconds(10))
    }

    @Test mutating func `A success by itself does not shorten the backoff`() {
        for _ in 0..<4 { _ = backoff.trouble(at: start) }
        backoff.relief(at: start)
        let pause = backoff.trouble(at: start + .milliseconds(1))
        #expect(pause == .milliseconds(1600))
    }

    @Test mutating func `Each half-life without a failure halves the next backoff`() {
        for _ in 0..<5 { _ = backoff.trouble(at: start) }
        backoff.relief(at: start)
        // Further successes do not restart the time.
        backoff.relief(at: start + .seconds(19))
        let after = backoff.trouble(at: start + .seconds(20))
        #expect(after == .milliseconds(800))
        backoff.relief(at: start + .seconds(20))
        let afterAnHour = backoff.trouble(at: start + .seconds(3600))
        #expect(afterAnHour == .milliseconds(100))
    }

    @Test mutating func `The time between two failures does not shorten the backoff`() {
        for _ in 0..<3 { _ = backoff.trouble(at: start) }
        let pause = backoff.trouble(at: start + .seconds(3600))
        #expect(pause == .milliseconds(800))
    }

    @Test mutating func `The first failures may have no backoff`() {
        backoff.grace = 2
        let pauses = (0..<4).map { _ in backoff.trouble(at: start) }
        #expect(pauses == [.zero, .zero, .milliseconds(100), .milliseconds(200)])
    }

    @Test(arguments: [Duration.zero, .seconds(-1), .seconds(Int64.max)])
    func `The backoff accepts durations of any size`(duration: Duration) {
        var backoff = FadingBackoff(initial: duration, maximum: duration, halfLife: duration)
        for _ in 0..<20 { _ = backoff.trouble(at: start) }
        backoff.relief(at: start)
        let pause = backoff.trouble(at: start + .seconds(1))
        #expect(pause >= .zero)
    }
}
