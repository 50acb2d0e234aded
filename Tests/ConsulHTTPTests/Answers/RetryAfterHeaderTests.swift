// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Testing

@testable import ConsulHTTP

struct RetryAfterHeaderTests {
    @Test(arguments: [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
        ("Sun Nov  6 08:49:37 1994", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Thu, 29 Feb 2024 23:59:60 GMT", 1_709_251_200), ("Fri, 31 Dec 2199 23:59:59 GMT", 7_258_118_399),
        ("Tue, 01 Mar 2022 00:00:00 GMT", 1_646_092_800),
    ])
    func `A date is parsed in each format of HTTP`(text: String, seconds: Int64) {
        #expect(HTTPDate(text)?.secondsSince1970 == seconds)
    }

    @Test(arguments: [
        "", "now", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT", "Sun, 06 Nov 99999 08:49:37 GMT",
        "Sun, -6 Nov 1994 08:49:37 GMT x", "Sun, 06 Nov +994 08:49:37 GMT",
    ])
    func `Text in another format is not a date`(text: String) {
        #expect(HTTPDate(text) == nil)
    }

    @Test func `A Retry-After field with seconds or a date yields the time to wait`() {
        #expect(RetryAfter.duration(["retry-after": "120"], now: 0) == .seconds(120))
        #expect(RetryAfter.duration(["Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT"], now: 784_111_770) == .seconds(7))
        #expect(RetryAfter.duration(["Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT"], now: 784_111_790) == .zero)
        let headers: HTTPHeaders = [
            "Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT", "Date": "Sun, 06 Nov 1994 08:49:30 GMT",
        ]
        #expect(RetryAfter.duration(headers, now: 0) == .seconds(7))
    }

    @Test(arguments: ["", "-1", "+1", "1.5", "soon", "99999999999999999999"])
    func `A Retry-After field with an invalid value yields no time to wait`(text: String) {
        #expect(RetryAfter.duration(["Retry-After": text], now: 0) == nil)
    }

    @Test func `Headers without a Retry-After field yield no time to wait`() {
        #expect(RetryAfter.duration([:], now: 0) == nil)
    }
}
