// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import LoadBalancing

@Suite struct `An outcome` {
    @Test func `An outcome fits into one register`() {
        #expect(MemoryLayout<Outcome>.size <= 8)
    }

    @Test func `An outcome limits the delay of an overloaded server to 300 seconds, and a negative one to zero`() {
        func cause(_ delay: Duration?) -> FailureKind.Cause { FailureKind.overload(retryAfter: delay).cause }
        #expect(cause(nil) == .overload(retryAfter: nil))
        #expect(cause(.seconds(3)) == .overload(retryAfter: 3_000_000))
        #expect(cause(.seconds(300)) == .overload(retryAfter: 300_000_000))
        #expect(cause(.seconds(Int64.max)) == .overload(retryAfter: 300_000_000))
        #expect(cause(.seconds(Int64.min)) == .overload(retryAfter: 0))
    }

    @Test func `An outcome describes itself`() {
        #expect(Outcome.success.description == "success")
        #expect(Outcome.neutral.description == "neutral")
        #expect(Outcome.failure(.connect).description == "failure: connect")
        #expect(Outcome.failure(.overload()).description == "failure: overload")
        #expect(
            Outcome.failure(.overload(retryAfter: .seconds(2))).description
                == "failure: overload, retry after 2.0 seconds"
        )
    }
}
