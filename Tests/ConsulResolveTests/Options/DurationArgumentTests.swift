// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import consul_resolve

struct DurationArgumentTests {
    @Test(
        arguments: [
            ("2s", Duration.seconds(2)), ("500ms", .milliseconds(500)), ("1.5s", .milliseconds(1500)),
            ("2m", .seconds(120)),
            ("0.5ms", .microseconds(500)), (".5s", .milliseconds(500)), ("1440m", .seconds(86_400)),
        ]
    )
    func `A duration argument is a number and a unit`(text: String, expected: Duration) {
        #expect(DurationArgument(argument: text)?.duration == expected)
    }

    @Test(
        arguments: [
            "", "2", "s", "ms", "m", "0s", "0.0ms", "-1s", "+1s", "1e3s", "0x10s", "infs", "nans", " 2s", "2 s", "2s ",
            "2S",
            "2h", "1441m", "1.2.3s", "1,5s", "２s", ".s",
        ]
    )
    func `A duration argument in another form is rejected`(text: String) {
        #expect(DurationArgument(argument: text) == nil)
    }

    @Test(
        arguments: [
            (Duration.seconds(2), "2s"), (.milliseconds(500), "500ms"), (.milliseconds(1500), "1.5s"),
        ]
    )
    func `A duration argument is printed in the form that it accepts`(duration: Duration, expected: String) {
        #expect(DurationArgument(duration).description == expected)
    }
}
