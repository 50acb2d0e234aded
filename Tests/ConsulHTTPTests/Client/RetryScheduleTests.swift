// SPDX-License-Identifier: Apache-2.0

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
        var schedule = RetrySchedule(policy(attempts: attempts))
        for _ in 0..<pauses {
            let pause = schedule.pause(after: true, remaining: .seconds(60), chance: 0.5)
            #expect(pause != nil)
        }
        let pause = schedule.pause(after: true, remaining: .seconds(60), chance: 0.5)
        #expect(pause == nil)
    }

    @Test func `An error that is not retryable is not retried`() {
        var schedule = RetrySchedule(policy(attempts: 3))
        let pause = schedule.pause(after: false, remaining: .seconds(60), chance: 0.5)
        #expect(pause == nil)
    }

    @Test func `A retry that would come too late is not scheduled`() {
        var schedule = RetrySchedule(policy(attempts: 3))
        let pause = schedule.pause(after: true, remaining: .zero, chance: 0.5)
        #expect(pause == nil)
    }

    @Test(arguments: [0, 0.1, 0.5, 1])
    func `Pauses between attempts are a share of a bound that doubles`(chance: Double) throws {
        var schedule = RetrySchedule(policy(attempts: 100))
        var bound = Duration.milliseconds(100)
        for _ in 0..<10 {
            let answer = schedule.pause(after: true, remaining: .seconds(60), chance: chance)
            #expect(try #require(answer) == bound * chance)
            bound = min(bound * 2, .seconds(2))
        }
    }
}
