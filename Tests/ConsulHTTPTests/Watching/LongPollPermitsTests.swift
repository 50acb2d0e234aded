// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulHTTP

struct LongPollPermitsTests {
    let start = ContinuousClock.now
    var permits = LongPollPermits(limit: 2)

    @Test mutating func `There are as many permits as the limit says`() {
        #expect(permits.take(at: start) == true)
        #expect(permits.take(at: start) == true)
        #expect(permits.take(at: start) == false)
        permits.giveBack()
        #expect(permits.take(at: start) == true)
    }

    @Test mutating func `A question that was lost keeps its permit until the agent must have let go of it`() {
        _ = permits.take(at: start)
        permits.lose(until: start + .seconds(60))
        #expect(permits.take(at: start) == true)
        #expect(permits.take(at: start + .seconds(59)) == false)
        #expect(permits.take(at: start + .seconds(60)) == true)
    }
}
