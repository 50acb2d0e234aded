// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulResolver

struct FailoverRecordTests {
    @Test func `A background query runs once for all callers, and the next one when it has ended`() {
        let record = FailoverRecord(places: Array(repeating: ServiceRequest("web"), count: 2), failback: .seconds(10))
        let start = ContinuousClock.now
        #expect(record.first(at: start) == 0)
        record.heard(.out, from: 0, askedAt: start, at: start)
        record.heard(.good, from: 1, askedAt: start, at: start)
        #expect(record.beginAskingBeside(at: start) == [], "the last query was just sent")
        #expect(record.beginAskingBeside(at: start + .seconds(1)) == [0])
        #expect(record.beginAskingBeside(at: start + .seconds(5)) == [], "a background query is running")
        record.endAskingBeside()
        #expect(record.beginAskingBeside(at: start + .seconds(5)) == [0])
    }
}
