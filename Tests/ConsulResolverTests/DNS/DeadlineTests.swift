// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulResolver

@Suite("A deadline")
struct DeadlineTests {
    @Test("never gives more time than it was given", arguments: [Duration.zero, .seconds(2), .seconds(86_400)])
    func remaining(duration: Duration) {
        let deadline = Deadline(in: duration)
        #expect(deadline.remaining <= duration)
        for count in 1...5 { #expect(deadline.share(among: count).remaining <= duration / count) }
    }

    @Test("is over at once for a time that is none", arguments: [Duration.zero, .seconds(-5)])
    func over(duration: Duration) {
        let deadline = Deadline(in: duration)
        #expect(deadline.remaining <= .zero)
        #expect(deadline.share(among: 3).remaining <= .zero)
    }

    @Test(
        "can be as far as any duration without overflowing",
        arguments: [Duration.seconds(Int64.max), .seconds(Int64.min)]
    )
    func extremes(duration: Duration) {
        let deadline = Deadline(in: duration)
        #expect(deadline.share(among: 2).remaining <= .seconds(400 * 86_400))
    }

    @Test("is whole for the only one who shares it", arguments: [1, 0, -1])
    func onlyOne(count: Int) {
        let deadline = Deadline(in: .seconds(3600))
        #expect(deadline.share(among: count).remaining > .seconds(1800))
    }
}
