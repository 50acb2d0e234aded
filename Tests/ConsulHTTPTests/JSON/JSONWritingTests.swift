// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import ConsulHTTP

struct JSONWritingTests {
    @Test(
        arguments: [
            ("", "\"\""), ("a\"b", "\"a\\\"b\""), ("a\\b", "\"a\\\\b\""), ("\n\r\t", "\"\\n\\r\\t\""),
            ("\u{0}\u{1F}\u{7F}", "\"\\u0000\\u001f\\u007f\""), ("ü/\u{2028}😀", "\"ü/\\u2028😀\""),
            ("\u{9B}2J\u{202E}\u{200B}", "\"\\u009b2J\\u202e\\u200b\""), ("\u{E0041}", "\"\\udb40\\udc41\""),
            ("\r\n", "\"\\r\\n\""),
        ]
    )
    func `A JSON string escapes what RFC 8259 requires, and what a terminal obeys or hides`(
        string: String,
        expected: String
    ) throws {
        #expect(JSON.string(string).description == expected)
        let data = Data("[\(expected)]".utf8)
        #expect(try JSONSerialization.jsonObject(with: data) as? [String] == [string])
    }

    @Test func `A JSON object keeps the order of its members`() {
        let json = JSON.object([
            "z": 1, "a": .array([nil, true, .number(0.5), "x"]), "m": .object([:]), "e": .array([]),
        ])
        #expect(json.description == #"{"z":1,"a":[null,true,0.5,"x"],"m":{},"e":[]}"#)
    }

    @Test func `A missing text is null in JSON`() {
        #expect(JSON(nil as String?).description == "null")
        #expect(JSON("x" as String?).description == "\"x\"")
    }
}
