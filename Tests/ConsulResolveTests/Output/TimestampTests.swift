// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import consul_resolve

struct TimestampTests {
    @Test(
        arguments: [
            (Int64(0), "1970-01-01T00:00:00.000Z"), (1_767_225_600_000, "2026-01-01T00:00:00.000Z"),
            (1_767_225_599_999, "2025-12-31T23:59:59.999Z"), (951_782_400_007, "2000-02-29T00:00:00.007Z"),
            (-1, "1969-12-31T23:59:59.999Z"), (-1000, "1969-12-31T23:59:59.000Z"),
            (253_402_300_799_000, "9999-12-31T23:59:59.000Z"),
        ]
    )
    func `A timestamp has the format of RFC 3339`(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).utc == text)
    }

    @Test func `The current timestamp is later than the date of this test`() {
        #expect(Timestamp.now.milliseconds > 1_767_225_600_000)
        #expect(Timestamp.now.localTimeOfDay.wholeMatch(of: #/\d\d:\d\d:\d\d/#) != nil)
    }
}
