// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import consul_resolve

@Suite("A table")
struct TableTests {
    @Test("has columns as wide as they have to be, and nothing behind the last")
    func columns() {
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

    @Test("has nothing behind the last cell that has something in it")
    func emptyCells() {
        var table = Table(heading: ["A", "B", ""])
        table.rows = [["a", "b", "c"], ["a", "", ""], ["", "", ""]]
        #expect(table.lines == ["A  B", "a  b  c", "a", ""])
    }

    @Test("without rows is its heading")
    func empty() {
        #expect(Table(heading: ["A", "B"]).description == "A  B")
    }

    @Test("counts the columns of a terminal, and not characters")
    func characters() {
        var table = Table(heading: ["N", "M"])
        table.rows = [["ü", "1"], ["e\u{301}", "2"], ["日", "3"], ["😀", "4"]]
        #expect(table.lines == ["N   M", "ü   1", "e\u{301}   2", "日  3", "😀  4"])
    }

    @Test("shows what a cell hides")
    func hidden() {
        var table = Table(heading: ["N", "M"])
        table.rows = [["\u{202E}a\u{200B}", "\n"]]
        #expect(table.lines == ["N                  M", #"\u{202E}a\u{200B}  \u{A}"#])
    }
}
