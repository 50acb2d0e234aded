// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulResolver

struct FailoverRecordTests {
    @Test func `One asks beside for all callers, and the next when that one is done`() {
        let record = FailoverRecord(places: Array(repeating: ServiceRequest("web"), count: 2), failback: .seconds(10))
        let start = ContinuousClock.now
        #expect(record.first(at: start) == 0)
        record.heard(.out, from: 0, askedAt: start, at: start)
        record.heard(.good, from: 1, askedAt: start, at: start)
        #expect(record.beginAskingBeside(at: start) == [], "it was asked a moment ago")
        #expect(record.beginAskingBeside(at: start + .seconds(1)) == [0])
        #expect(record.beginAskingBeside(at: start + .seconds(5)) == [], "somebody is about it")
        record.endAskingBeside()
        #expect(record.beginAskingBeside(at: start + .seconds(5)) == [0])
    }
}
