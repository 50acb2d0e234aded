// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import Testing

@testable import ConsulHTTP

struct OutageTests {
    let start = Moment.now
    var outage = Outage()

    @Test mutating func `Only the first failure begins an outage`() {
        let told = (0..<5).map { outage.failed(at: start + .seconds(100 * $0)) }
        #expect(told == [true, false, false, false, false])
    }

    @Test mutating func `A success ends an outage after a time without failures, once`() {
        let unasked = outage.succeeded(at: start)
        _ = outage.failed(at: start)
        let told = [1, 9, 10, 11].map { outage.succeeded(at: start + .seconds($0)) }
        #expect(!unasked)
        #expect(told == [false, false, true, false])
        let isToldAnew = outage.failed(at: start + .seconds(12))
        #expect(isToldAnew)
    }

    @Test mutating func `Failures between successes are one outage`() {
        var lines = 0
        for second in 0..<1000 {
            let now = start + .seconds(second)
            if second.isMultiple(of: 2) ? outage.failed(at: now) : outage.succeeded(at: now) { lines += 1 }
        }
        #expect(lines == 1)
    }
}
