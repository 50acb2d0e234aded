// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import consul_resolve

struct BarTests {
    @Test(arguments: [(0.5, "█████"), (1, "██████████"), (0.55, "█████▌"), (0.0125, "▏"), (0.0875, "▉")])
    func `A bar has a resolution of an eighth of a character`(fraction: Double, bar: String) {
        #expect(Bar.text(fraction, width: 10) == bar)
    }

    @Test func `A bar for a value above zero is visible`() {
        #expect(Bar.text(1e-9, width: 10) == "▏")
        #expect(Bar.text(0, width: 10).isEmpty)
    }

    @Test(arguments: [-1, Double.nan, -Double.infinity])
    func `A value that is not a fraction has no bar`(fraction: Double) {
        #expect(Bar.text(fraction, width: 10).isEmpty)
    }

    @Test func `A bar is at most as long as the width`() {
        #expect(Bar.text(.infinity, width: 3) == "███")
        #expect(Bar.text(2, width: 3) == "███")
        #expect(Bar.text(1, width: 0).isEmpty)
        #expect(Bar.text(1, width: -1).isEmpty)
    }
}
