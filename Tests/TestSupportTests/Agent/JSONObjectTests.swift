// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TestSupport

struct JSONObjectTests {
    @Test(
        arguments: [
            (#"{"a":1}"#, #"{"b":[true,null]}"#, #"{"a":1,"b":[true,null]}"#),
            (#"{"a":1}"#, #"{"a":"x"}"#, #"{"a":"x"}"#),
            (#"{"p":{"dns":1,"http":2}}"#, #"{"p":{"dns":-1}}"#, #"{"p":{"dns":-1,"http":2}}"#),
            (#"{"p":{"q":{"r":1,"s":2}}}"#, #"{"p":{"q":{"s":3.5}}}"#, #"{"p":{"q":{"r":1,"s":3.5}}}"#),
            (#"{"p":{"q":1}}"#, #"{"p":false}"#, #"{"p":false}"#),
        ]
    )
    func `Merging JSON objects adds and replaces members, and merges objects member by member`(
        base: String,
        over: String,
        expected: String
    ) throws {
        let merged = try JSONObject(parsing: base).merging(JSONObject(parsing: over))
        #expect(try merged.text() == expected)
    }
}
