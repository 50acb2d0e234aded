// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulHTTP

struct RetryScheduleTests {
    private func policy(attempts: Int) -> RetryPolicy {
        var policy = RetryPolicy()
        policy.maximumAttempts = attempts
        return policy
    }

    @Test(arguments: [(0, 0), (1, 0), (3, 2)])
    func `A read is attempted at most the configured number of times`(attempts: Int, pauses: Int) {
        var random = SeededGenerator(seed: 1)
        var schedule = RetrySchedule(policy(attempts: attempts))
        for _ in 0..<pauses {
            let pause = schedule.pause(after: true, remaining: .seconds(60), using: &random)
            #expect(pause != nil)
        }
        let pause = schedule.pause(after: true, remaining: .seconds(60), using: &random)
        #expect(pause == nil)
    }

    @Test func `An error that is not retryable is not retried`() {
        var random = SeededGenerator(seed: 1)
        var schedule = RetrySchedule(policy(attempts: 3))
        let pause = schedule.pause(after: false, remaining: .seconds(60), using: &random)
        #expect(pause == nil)
    }

    @Test func `A retry that would come too late is not scheduled`() {
        var random = SeededGenerator(seed: 1)
        var schedule = RetrySchedule(policy(attempts: 3))
        let pause = schedule.pause(after: true, remaining: .zero, using: &random)
        #expect(pause == nil)
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func `Pauses between attempts are random, up to a bound that doubles`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var schedule = RetrySchedule(policy(attempts: 100))
        var bound = Duration.milliseconds(100)
        for _ in 0..<10 {
            let answer = schedule.pause(after: true, remaining: .seconds(60), using: &random)
            let pause = try #require(answer)
            #expect((.zero...bound).contains(pause))
            bound = min(bound * 2, .seconds(2))
        }
    }
}
