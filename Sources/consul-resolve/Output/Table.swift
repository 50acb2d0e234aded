// SPDX-License-Identifier: Apache-2.0

/// Rows under a heading, in columns as wide as their widest cell on a terminal.
struct Table: CustomStringConvertible {
    let heading: [String]
    var rows: [[String]] = []

    /// The heading and the rows, without emphasis. Cells are made printable: any client that may register a service
    /// chooses their text.
    var lines: [String] {
        let heading = heading.map(\.printable)
        let rows = rows.map { $0.map(\.printable) }
        let widths = heading.indices.map { column in
            ([heading] + rows).map { $0[column].columns }.max() ?? 0
        }
        func line(_ cells: [String]) -> String {
            var text = ""
            // No spaces follow the last cell that is not empty: trailing spaces wrap on narrow terminals.
            let last = cells.lastIndex { !$0.isEmpty } ?? 0
            for (column, cell) in cells.enumerated() {
                text += cell
                if column < last { text += String(repeating: " ", count: widths[column] - cell.columns + 2) }
            }
            return text
        }
        return [line(heading)] + rows.map(line)
    }

    var description: String {
        let lines = lines
        return ([Terminal.bold(lines[0])] + lines.dropFirst()).joined(separator: "\n")
    }
}
