// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import consul_resolve

@Suite("Names like another")
struct SimilarNamesTests {
    @Test(
        "are those that somebody may have meant, the likeliest first",
        arguments: [
            ("wbe", ["web", "db"], ["web"]), ("ewb", ["bwe", "db"], []), ("webb", ["web", "db"], ["web"]),
            ("WEB", ["web"], ["web"]),
            ("billing-ap", ["billing-api", "billing-app", "other"], ["billing-api", "billing-app"]),
            ("bill", ["billing-api", "other"], ["billing-api"]), ("ab", ["abcdef"], []), ("web", [], []),
            ("service", ["service1", "service2", "service3", "service4"], ["service1", "service2", "service3"]),
            ("", ["a"], ["a"]),
        ]
    )
    func similar(name: String, among: [String], expected: [String]) {
        #expect(SimilarNames.of(name, among: among) == expected)
    }
}
