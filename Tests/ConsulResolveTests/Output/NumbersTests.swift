// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import Testing

@testable import consul_resolve

struct NumbersTests {
    @Test(
        arguments: [
            (0.0, "0"), (-0.0, "0"), (1, "1"), (-2, "-2"), (0.5, "0.5"), (0.1234, "0.123"), (0.0004, "0"),
            (-0.0004, "0"),
            (0.001, "0.001"), (1.9996, "2"), (123_456.789, "123456.789"), (1e15, "1000000000000000"),
            (1e18, "1000000000000000"), (-1.5, "-1.5"), (12.05, "12.05"),
        ]
    )
    func `A decimal has at most three digits after the point, no trailing zeros, and no exponent`(
        number: Double,
        expected: String
    ) {
        #expect(number.decimal == expected)
    }

    @Test(
        arguments: [
            .nan, .infinity, -.infinity, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude,
            1e21,
            9_007_199_254_740_993.5,
        ] as [Double]
    )
    func `A decimal consists of digits, a point and a sign only`(number: Double) {
        #expect(number.decimal.allSatisfy { "-.0123456789".contains($0) })
    }

    @Test(
        arguments: [
            (.zero, "0 s"), (.milliseconds(12_345), "12.3 s"), (.seconds(119), "119 s"), (.seconds(120), "2 min"),
            (.seconds(7199), "119 min"), (.seconds(7200), "2 h"), (.seconds(86_400), "24 h"),
            (.seconds(180_000), "2 d"),
        ] as [(Duration, String)]
    )
    func `A long duration is given in minutes, hours or days`(duration: Duration, expected: String) {
        #expect(duration.inWords == expected)
    }
}
