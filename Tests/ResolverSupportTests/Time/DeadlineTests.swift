// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ResolverSupport

struct DeadlineTests {
    @Test(arguments: [Duration.zero, .seconds(2), .seconds(86_400)])
    func `A deadline never leaves more time than the duration that it was made from`(duration: Duration) {
        let deadline = Deadline(in: duration)
        #expect(deadline.remaining <= duration)
        for count in 1...5 { #expect(deadline.share(among: count).remaining <= duration / count) }
    }

    @Test(arguments: [Duration.zero, .seconds(-5)])
    func `A deadline of zero or less is over at once`(duration: Duration) {
        let deadline = Deadline(in: duration)
        #expect(deadline.remaining <= .zero)
        #expect(deadline.share(among: 3).remaining <= .zero)
    }

    @Test(
        arguments: [Duration.seconds(Int64.max), .seconds(Int64.min)]
    )
    func `A deadline may be as far away as any duration without an overflow`(duration: Duration) {
        let deadline = Deadline(in: duration)
        #expect(deadline.share(among: 2).remaining <= .seconds(400 * 86_400))
    }

    @Test func `All parts of a deadline that are made at one moment fit each other exactly`() {
        let now = Moment(nanoseconds: 5_000_000_000)
        let deadline = Deadline(in: .seconds(12), from: now)
        #expect(deadline.remaining(at: now) == .seconds(12))
        #expect(deadline.remaining(at: now + .seconds(15)) == .seconds(-3))
        #expect(deadline.share(among: 3, at: now).remaining(at: now) == .seconds(4))
        #expect(deadline.share(among: 3, at: now + .seconds(9)).remaining(at: now) == .seconds(10))
        #expect(deadline.leaving(.seconds(2), at: now).remaining(at: now) == .seconds(10))
        #expect(deadline.leaving(.seconds(20), at: now).remaining(at: now) == .seconds(6))
        #expect(deadline.atMost(.seconds(5), at: now).remaining(at: now) == .seconds(5))
        #expect(deadline.atMost(.seconds(50), at: now) == deadline)
        #expect(deadline.atLeast(.seconds(50), at: now).remaining(at: now) == .seconds(50))
        #expect(deadline.atLeast(.seconds(5), at: now) == deadline)
    }

    @Test(arguments: [1, 0, -1])
    func `A deadline that is not shared keeps its whole time`(count: Int) {
        let deadline = Deadline(in: .seconds(3600))
        #expect(deadline.share(among: count).remaining > .seconds(1800))
    }
}
