// SPDX-License-Identifier: Apache-2.0

/// A table of the report.
struct Table: Sendable {
    let columns: [String]
    private(set) var rows: [[String]] = []

    init(_ columns: [String]) {
        self.columns = columns
    }

    mutating func add(_ cells: [String]) { rows.append(cells) }

    /// The table in Markdown. The first column is text, the others are figures.
    var markdown: String {
        let rule = ["---"] + [String](repeating: "---:", count: max(columns.count - 1, 0))
        return ([columns, rule] + rows).map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
    }
}
