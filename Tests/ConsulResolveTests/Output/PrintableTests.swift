// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import consul_resolve

struct PrintableTests {
    @Test(
        arguments: [
            "", "web", "n1.node:8080 ~", "größe", "e\u{301}", "日本語", "한국어", "שלום", "😀", "\u{1F1E9}\u{1F1EA}", "≤ 2",
        ]
    )
    func `Printable text is unchanged where a terminal shows each character`(text: String) {
        #expect(text.printable.unicodeScalars.elementsEqual(text.unicodeScalars))
    }

    @Test(
        arguments: [
            ("a\u{1B}[2Jb", #"a\u{1B}[2Jb"#), ("a\r\nb\t", #"a\u{D}\u{A}b\u{9}"#), ("\u{7F}\u{9B}", #"\u{7F}\u{9B}"#),
            // Direction marks, embeddings, overrides, isolates.
            ("\u{200E}\u{200F}\u{202A}\u{202B}", #"\u{200E}\u{200F}\u{202A}\u{202B}"#),
            ("gpj\u{202E}exe", #"gpj\u{202E}exe"#),
            ("\u{2066}\u{2067}\u{2068}\u{2069}", #"\u{2066}\u{2067}\u{2068}\u{2069}"#),
            ("\u{61C}", #"\u{61C}"#),
            // Characters without a width.
            ("w\u{200B}eb", #"w\u{200B}eb"#),
            ("w\u{200C}\u{200D}\u{FEFF}\u{2060}eb", #"w\u{200C}\u{200D}\u{FEFF}\u{2060}eb"#),
            ("a\u{AD}b", #"a\u{AD}b"#), ("a\u{34F}b", #"a\u{34F}b"#), ("a\u{FE0F}b", #"a\u{FE0F}b"#),
            ("\u{3164}", #"\u{3164}"#), ("\u{E0041}", #"\u{E0041}"#),
            // Line separators and unassigned characters.
            ("\u{2028}\u{2029}\u{85}", #"\u{2028}\u{2029}\u{85}"#), ("\u{10FFFF}", #"\u{10FFFF}"#),
            // Marks without a base character, and a pile of them.
            ("\u{301}a", #"\u{301}a"#),
            ("a" + String(repeating: "\u{301}", count: 5), "a\u{301}\u{301}\u{301}\u{301}\\u{301}"),
        ]
    )
    func `Printable text shows what a terminal would obey or hide`(text: String, expected: String) {
        #expect(text.printable.unicodeScalars.elementsEqual(expected.unicodeScalars))
        #expect(text.printable.printable.unicodeScalars.elementsEqual(expected.unicodeScalars))
    }

    @Test(
        arguments: [
            ("", 0), ("web", 3), ("größe", 5), ("e\u{301}", 1), ("日本", 4), ("한", 2), ("\u{1112}\u{1161}\u{11AB}", 2),
            ("ｗ", 2), ("ﾊ", 1), ("😀", 2), ("👍", 2), ("⌚", 2), ("\u{1F1E9}\u{1F1EA}", 2), ("→", 1), ("█▏", 2),
            ("שלום", 4),
            ("กำ", 2), ("𠀀", 2),
        ]
    )
    func `Printable text takes as many columns as a terminal uses for it`(text: String, expected: Int) {
        #expect(text.columns == expected)
    }

    @Test(
        arguments: [
            ("web", 2, "we"), ("web", 9, "web"), ("日本", 3, "日"), ("日本", 4, "日本"), ("日", 1, ""),
            ("e\u{301}b", 1, "e\u{301}"),
            ("web", 0, ""),
        ]
    )
    func `Printable text is cut at the column limit, and never within a character`(
        text: String,
        columns: Int,
        expected: String
    ) {
        #expect(text.prefix(columns: columns).unicodeScalars.elementsEqual(expected.unicodeScalars))
    }
}
