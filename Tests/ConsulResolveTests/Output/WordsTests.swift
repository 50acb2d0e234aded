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

    @Test(
        arguments: [([], ""), (["a"], "a"), (["a", "b"], "a or b"), (["a", "b", "c"], "a, b or c")]
    )
    func `A choice names each item once`(items: [String], text: String) {
        #expect(Words.choice(items) == text)
    }

    @Test(
        arguments: [
            ("one two three", 7, ["one two", "three"]), ("one two three", 80, ["one two three"]),
            ("incomprehensible it is", 6, ["incomprehensible", "it is"]), ("a  b", 3, ["a ", "b"]), ("", 5, [""]),
            ("日本 日本", 5, ["日本", "日本"]), ("日本 日本", 9, ["日本 日本"]),
        ]
    )
    func `A text is broken at spaces to fit a width`(text: String, columns: Int, lines: [String]) {
        #expect(Words.wrapped(text, to: columns) == lines)
    }
}
