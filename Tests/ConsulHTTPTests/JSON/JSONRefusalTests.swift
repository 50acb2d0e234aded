// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import Testing

struct JSONRefusalTests {
    @Test(arguments: [
        ("", JSONError(.truncated, at: 0)), ("  ", JSONError(.truncated, at: 2)),
        ("[1,]", JSONError(.expectedValue, at: 3)), ("[,1]", JSONError(.expectedValue, at: 1)),
        ("[1 2]", JSONError(.expectedCommaOrEnd, at: 3)), ("[1}", JSONError(.expectedCommaOrEnd, at: 2)),
        (#"{"a":1,}"#, JSONError(.expectedKey, at: 7)), ("{1:2}", JSONError(.expectedKey, at: 1)),
        (#"{"a" 1}"#, JSONError(.expectedColon, at: 5)), (#"{"a":}"#, JSONError(.expectedValue, at: 5)),
        (#"{"a":1]"#, JSONError(.expectedCommaOrEnd, at: 6)), ("[] []", JSONError(.trailingBytes, at: 3)),
        ("[]\u{0}", JSONError(.trailingBytes, at: 2)), ("nul", JSONError(.truncated, at: 3)),
        ("nulL", JSONError(.expectedValue, at: 0)), ("[tru]", JSONError(.expectedValue, at: 1)),
        ("truex", JSONError(.trailingBytes, at: 4)), ("'a'", JSONError(.expectedValue, at: 0)),
        ("\u{feff}[]", JSONError(.expectedValue, at: 0)), ("[]\u{feff}", JSONError(.trailingBytes, at: 2)),
        ("/**/[]", JSONError(.expectedValue, at: 0)), (#""\u12"#, JSONError(.truncated, at: 5)),
        (#""\u12g4""#, JSONError(.badEscape, at: 1)), (#""\U0041""#, JSONError(.badEscape, at: 1)),
        ("\"a\nb\"", JSONError(.controlCharacter, at: 2)), (#""\"#, JSONError(.truncated, at: 2)),
        ("\u{a0}[]", JSONError(.expectedValue, at: 0)), ("[\u{b}1]", JSONError(.expectedValue, at: 1)),
    ])
    func `Invalid JSON is refused at the offending byte`(text: String, error: JSONError) {
        #expect(JSONReader.failure(text) == error)
    }

    @Test func `A value of another type is refused`() {
        #expect(throws: JSONError(.expectedObject, at: 1)) { try JSONReader.decode([String: Int].self, " []") }
        #expect(throws: JSONError(.expectedArray, at: 0)) { try JSONReader.decode([Int].self, "{}") }
        #expect(throws: JSONError(.expectedString, at: 1)) { try JSONReader.decode([String].self, "[1]") }
        #expect(throws: JSONError(.expectedBool, at: 0)) { try JSONReader.decode(Bool.self, "\"true\"") }
        #expect(throws: JSONError(.expectedDuration, at: 1)) { try JSONReader.decode(Duration.self, "\"soon\"") }
    }

    @Test func `A truncated document is refused at every length`() {
        // Without the line feed at the end, which is optional.
        let bytes = Array(Samples.entry.utf8.dropLast())
        #expect(JSONReader.failure(bytes) == nil)
        for count in bytes.indices {
            let start = Array(bytes.prefix(count))
            #expect(JSONReader.failure(start) == JSONError(.truncated, at: count))
            #expect(throws: JSONError(.truncated, at: count)) { try ServiceEntry.decodeList(start, fields: .all) }
            #expect(throws: JSONError(.truncated, at: count)) { try ServiceEntry.decodeList(start, fields: []) }
        }
    }

    @Test func `An error states the expectation and the offset, and quotes no data`() {
        let error = JSONReader.failure(#"{"secret" "5ff4"}"#)
        #expect(error?.description == "unusable JSON at byte 10: expected a colon")
        #expect(error?.code == .expectedColon)
    }
}
