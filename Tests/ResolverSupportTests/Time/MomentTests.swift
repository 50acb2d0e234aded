// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ResolverSupport

struct MomentTests {
    @Test func `Moments never overflow, however far apart they are`() {
        let (first, last) = (Moment(nanoseconds: .min), Moment(nanoseconds: .max))
        #expect(last + .seconds(1) == last)
        #expect(first + .seconds(-1) == first)
        #expect(first.duration(to: last) == .nanoseconds(Int64.max))
        #expect(last.duration(to: first) == .nanoseconds(Int64.min))
        #expect(last.nanoseconds(since: first).count == .max)
        #expect(first.nanoseconds(since: last).count == 0)
        #expect(Moment(nanoseconds: 5) + .seconds(Int64.max) == last)
        #expect(Moment(nanoseconds: 5) + .seconds(Int64.max) * 3 == last)
        #expect(Moment(nanoseconds: -5) + .seconds(Int64.min) * 3 == first)
        #expect(Moment(nanoseconds: 0) + .nanoseconds(-7) == Moment(nanoseconds: -7))
    }

    @Test func `Moments increase with time`() {
        let now = Moment.now
        #expect(now <= Moment.now)
        #expect(now.duration(to: now + .milliseconds(3)) == .milliseconds(3))
    }
}
