// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import Testing

@testable import ConsulHTTP

struct LongPollPermitsTests {
    let start = Moment.now
    var permits = LongPollPermits(limit: 2)

    @Test mutating func `The number of permits for blocking queries is the limit`() {
        #expect(permits.take(at: start) == true)
        #expect(permits.take(at: start) == true)
        #expect(permits.take(at: start) == false)
        permits.giveBack()
        #expect(permits.take(at: start) == true)
    }

    @Test mutating func `A lost query keeps its permit until the agent must have released it`() {
        _ = permits.take(at: start)
        permits.lose(until: start + .seconds(60))
        #expect(permits.take(at: start) == true)
        #expect(permits.take(at: start + .seconds(59)) == false)
        #expect(permits.take(at: start + .seconds(60)) == true)
    }
}
