// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionFailover
@testable import ResolutionModel

struct FailoverEntryTests {
    @Test func `A background query runs once for all callers, and the next one when it has ended`() {
        let entry = FailoverEntry(targets: Array(repeating: ServiceRequest("web"), count: 2), failback: .seconds(10))
        let start = Moment.now
        #expect(entry.first(at: start) == 0)
        entry.heard(.out, from: 0, askedAt: start, at: start)
        entry.heard(.good, from: 1, askedAt: start, at: start)
        #expect(entry.beginBackgroundQueries(at: start) == [], "the last query was just sent")
        #expect(entry.beginBackgroundQueries(at: start + .seconds(1)) == [0])
        #expect(entry.beginBackgroundQueries(at: start + .seconds(5)) == [], "a background query is running")
        entry.endBackgroundQueries()
        #expect(entry.beginBackgroundQueries(at: start + .seconds(5)) == [0])
    }
}
