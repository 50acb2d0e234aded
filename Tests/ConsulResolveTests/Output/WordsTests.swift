// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import consul_resolve

struct WordsTests {
    @Test(
        arguments: [
            ("wbe", ["web", "db"], ["web"]), ("ewb", ["bwe", "db"], []), ("webb", ["web", "db"], ["web"]),
            ("WEB", ["web"], ["web"]),
            ("billing-ap", ["billing-api", "billing-app", "other"], ["billing-api", "billing-app"]),
            ("bill", ["billing-api", "other"], ["billing-api"]), ("ab", ["abcdef"], []), ("web", [], []),
            ("service", ["service1", "service2", "service3", "service4"], ["service1", "service2", "service3"]),
            ("", ["a"], ["a"]),
        ]
    )
    func `Similar names are likely corrections, the likeliest first`(name: String, among: [String], expected: [String])
    {
        #expect(Words.similar(to: name, among: among) == expected)
    }
}
