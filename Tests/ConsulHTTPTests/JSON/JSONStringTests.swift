// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import Testing

struct JSONStringTests {
    @Test func `Every escape is decoded to its character`() throws {
        #expect(
            try JSONReader.decode(String.self, #""\"\\\/\b\f\n\r\t\u0041\u00e9\u20ac\u0000""#)
                == "\"\\/\u{8}\u{c}\n\r\tAé€\0"
        )
    }

    @Test func `A surrogate pair is decoded to a character beyond the first plane`() throws {
        #expect(try JSONReader.decode(String.self, #""\ud83d\uDE00!\uDBFF\uDFFF""#) == "😀!\u{10ffff}")
    }

    @Test(arguments: [
        (#"\ud83d"#, "\u{fffd}"), (#"\ude00"#, "\u{fffd}"), (#"\ud83dx"#, "\u{fffd}x"),
        (#"\ud83d\n"#, "\u{fffd}\n"), (#"\ud83d\u0041"#, "\u{fffd}A"), (#"\ud83d\ud83d\ude00"#, "\u{fffd}😀"),
        (#"\ude00\ud83d"#, "\u{fffd}\u{fffd}"),
    ])
    func `A lone surrogate becomes the replacement character, and its neighbors are kept`(
        text: String,
        expected: String
    ) throws {
        #expect(try JSONReader.decode(String.self, "\"\(text)\"") == expected)
    }

    @Test func `Bytes that are not UTF-8 become the replacement character`() throws {
        #expect(
            try JSONReader.decode(String.self, from: ([0x22, 0x61, 0xff, 0x62, 0x22] as [UInt8]).span) == "a\u{fffd}b"
        )
        // With an escape, which takes another code path.
        #expect(
            try JSONReader.decode(String.self, from: ([0x22, 0x5c, 0x6e, 0xff, 0x22] as [UInt8]).span) == "\n\u{fffd}"
        )
    }

    @Test(arguments: 0...40)
    func `The end of a string is found at every offset`(count: Int) throws {
        let text = String(repeating: "é", count: count / 2) + String(repeating: "x", count: count % 2)
        #expect(try JSONReader.decode([String].self, "[\"\(text)\",\"\"]") == [text, ""])
        #expect(try JSONReader.decode(String.self, "\"\(text)\\n\(text)\"") == "\(text)\n\(text)")
        let start = 1 + text.utf8.count
        #expect(JSONReader.failure("\"\(text)\u{1f}xxxxxxxxx\"") == JSONError(.controlCharacter, at: start))
        #expect(JSONReader.failure("\"\(text)\\x\"") == JSONError(.badEscape, at: start))
        // The neighbors of the bytes that end a string do not end it.
        #expect(try JSONReader.decode(String.self, "\"\(text) !#[]\u{7f}\"") == "\(text) !#[]\u{7f}")
    }
}
