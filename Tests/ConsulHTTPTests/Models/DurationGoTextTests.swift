// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import Testing

struct DurationGoTextTests {
    @Test(arguments: [
        ("0", Duration.zero), ("0s", .zero), ("10s", .seconds(10)), ("1m30s", .seconds(90)), ("1.5h", .seconds(5400)),
        ("200ms", .milliseconds(200)), ("-2s", .seconds(-2)), ("+2s", .seconds(2)), ("15µs", .microseconds(15)),
        ("15\u{3bc}s", .microseconds(15)), ("15us", .microseconds(15)), ("7ns", .nanoseconds(7)),
        ("87600h0m0s", .seconds(315_360_000)), ("1h2m3.004005006s", .nanoseconds(3_723_004_005_006)),
        (".5s", .milliseconds(500)),
    ])
    func `A duration is parsed in Go's format`(text: String, duration: Duration) {
        #expect(Duration(goText: text) == duration)
    }

    @Test(arguments: [
        "", "-", "s", "10", "10 s", "1d", "1..5s", "1e3s", "s10", "10s5", "infs", "nans", "0x1s", "1٣s", "9999999h",
        "1s-1s", ".s",
    ])
    func `Text that is not a duration in Go's format yields nil`(text: String) {
        #expect(Duration(goText: text) == nil)
    }
}
