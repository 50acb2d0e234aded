// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ResolverSupport

struct BoundedTaskPhaseTests {
    var phase = BoundedTaskPhase()

    @Test mutating func `Work whose caller leaves before the hold is canceled, and is not held`() {
        let isCanceled = phase.abandon()
        let isHeld = phase.hold()
        #expect(isCanceled && !isHeld)
    }

    @Test mutating func `Work whose caller leaves during the hold continues, and ends with the hold`() {
        let isHeld = phase.hold()
        let isCanceled = phase.abandon()
        let continues = phase.release()
        #expect(isHeld && !isCanceled && !continues)
    }

    @Test mutating func `Work whose caller leaves after the hold is canceled at once`() {
        _ = phase.hold()
        let continues = phase.release()
        let isCanceled = phase.abandon()
        #expect(continues && isCanceled)
    }

    @Test mutating func `Held work without a caller is not held a second time`() {
        _ = phase.hold()
        _ = phase.abandon()
        let isHeld = phase.hold()
        #expect(!isHeld)
    }

    @Test mutating func `Work that has ended is not canceled`() {
        _ = phase.hold()
        phase.end()
        let isCanceled = phase.abandon()
        #expect(!isCanceled && phase.isOver)
    }
}
