// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import consul_resolve

struct TableTests {
    @Test
    func `A table has columns as wide as their cells, and no spaces after the last`() {
        var table = Table(heading: ["A", "LONG", "C"])
        table.rows = [["aaaa", "b", "c"], ["", "bb", "cccc"]]
        #expect(
            table.description == """
                A     LONG  C
                aaaa  b     c
                      bb    cccc
                """
        )
    }

    @Test func `A row has no spaces after its last cell with text`() {
        var table = Table(heading: ["A", "B", ""])
        table.rows = [["a", "b", "c"], ["a", "", ""], ["", "", ""]]
        #expect(table.lines == ["A  B", "a  b  c", "a", ""])
    }

    @Test func `A table without rows is its heading`() {
        #expect(Table(heading: ["A", "B"]).description == "A  B")
    }

    @Test func `A table is aligned by terminal columns instead of characters`() {
        var table = Table(heading: ["N", "M"])
        table.rows = [["ü", "1"], ["e\u{301}", "2"], ["日", "3"], ["😀", "4"]]
        #expect(table.lines == ["N   M", "ü   1", "e\u{301}   2", "日  3", "😀  4"])
    }

    @Test func `A table escapes hidden characters in its cells`() {
        var table = Table(heading: ["N", "M"])
        table.rows = [["\u{202E}a\u{200B}", "\n"]]
        #expect(table.lines == ["N                  M", #"\u{202E}a\u{200B}  \u{A}"#])
    }
}
