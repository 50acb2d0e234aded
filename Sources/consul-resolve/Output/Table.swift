// SPDX-License-Identifier: Apache-2.0

/// Rows under a heading, in columns as wide as they have to be.
struct Table: CustomStringConvertible {
    let heading: [String]
    var rows: [[String]] = []

    private func lines() -> [String] {
        let widths = heading.indices.map { column in
            ([heading] + rows).map { $0[column].count }.max() ?? 0
        }
        func line(_ cells: [String]) -> String {
            var text = ""
            for (column, cell) in cells.enumerated() {
                text += cell
                // Nothing behind the last column: trailing spaces wrap on narrow terminals.
                if column < cells.count - 1 { text += String(repeating: " ", count: widths[column] - cell.count + 2) }
            }
            return text
        }
        return [Terminal.bold(line(heading))] + rows.map(line)
    }

    var description: String { lines().joined(separator: "\n") }
}
