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

    @Test(arguments: [1, 0, -1])
    func `A deadline that is not shared keeps its whole time`(count: Int) {
        let deadline = Deadline(in: .seconds(3600))
        #expect(deadline.share(among: count).remaining > .seconds(1800))
    }
}
