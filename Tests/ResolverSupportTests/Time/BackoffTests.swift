// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ResolverSupport

struct BackoffTests {
    var backoff = Backoff(initial: .milliseconds(100), maximum: .seconds(1))

    @Test mutating func `A backoff doubles up to its maximum, and begins again after a success`() {
        let pauses = (0..<6).map { _ in backoff.next() }
        #expect(pauses == [100, 200, 400, 800, 1000, 1000].map { .milliseconds($0) })
        backoff.reset()
        #expect(backoff.current == .milliseconds(100))
        let pause = backoff.next()
        #expect(pause == .milliseconds(100))
    }

    @Test func `A backoff gives the same pauses for a number of failures`() {
        let pauses = (-1...6).map { backoff.pause(after: $0) }
        #expect(pauses == [100, 100, 100, 200, 400, 800, 1000, 1000].map { .milliseconds($0) })
        #expect(backoff.pause(after: .max) == .seconds(1))
    }

    @Test(arguments: [
        (Backoff.Jitter.none, 100, 100), (.full, 0, 100), (.half, 50, 100), (.adding(0.2), 100, 120),
    ])
    func `Jitter changes a pause within its bounds`(jitter: Backoff.Jitter, least: Int, most: Int) {
        var backoff = Backoff(initial: .milliseconds(100), maximum: .seconds(1), jitter: jitter)
        #expect(backoff.pause(after: 1, chance: 0) == .milliseconds(least))
        #expect(backoff.pause(after: 1, chance: 1) == .milliseconds(most))
        let pause = backoff.next(chance: 0)
        #expect(pause == .milliseconds(least))
        // The doubling is that of the pause without jitter.
        #expect(backoff.current == .milliseconds(200))
    }

    @Test func `A first pause beyond the maximum is shortened to it`() {
        var backoff = Backoff(initial: .seconds(5), maximum: .seconds(1))
        #expect(backoff.pause(after: 1) == .seconds(1))
        let pauses = [backoff.next(), backoff.next()]
        #expect(pauses == [.seconds(1), .seconds(1)])
    }

    @Test(arguments: [Duration.zero, .seconds(-1), .seconds(Int64.max)])
    func `A backoff accepts durations of any size`(duration: Duration) {
        var backoff = Backoff(initial: duration, maximum: duration)
        for _ in 0..<300 { _ = backoff.next() }
        #expect(backoff.pause(after: 1000) == duration)
    }
}
