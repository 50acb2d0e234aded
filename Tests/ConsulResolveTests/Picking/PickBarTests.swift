// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import consul_resolve

struct PickBarTests {
    @Test(arguments: [(0.5, "█████"), (1, "██████████"), (0.55, "█████▌"), (0.0125, "▏"), (0.0875, "▉")])
    func `A bar has a resolution of an eighth of a character`(fraction: Double, bar: String) {
        #expect(PickDistribution.bar(fraction, width: 10) == bar)
    }

    @Test func `A bar for a value above zero is visible`() {
        #expect(PickDistribution.bar(1e-9, width: 10) == "▏")
        #expect(PickDistribution.bar(0, width: 10).isEmpty)
    }

    @Test(arguments: [-1, Double.nan, -Double.infinity])
    func `A value that is not a fraction has no bar`(fraction: Double) {
        #expect(PickDistribution.bar(fraction, width: 10).isEmpty)
    }

    @Test func `A bar is at most as long as the width`() {
        #expect(PickDistribution.bar(.infinity, width: 3) == "███")
        #expect(PickDistribution.bar(2, width: 3) == "███")
        #expect(PickDistribution.bar(1, width: 0).isEmpty)
        #expect(PickDistribution.bar(1, width: -1).isEmpty)
    }
}
