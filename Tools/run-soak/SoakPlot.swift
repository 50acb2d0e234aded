// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A plot of the samples: one panel for each of the columns that have to stay flat.
struct SoakPlot {
    private let names: [String]
    private let rows: [[Double?]]

    private static let width = 720.0
    private static let panel = 110.0
    private static let (left, top) = (70.0, 24.0)

    /// - Parameter csv: The samples, with the names of the columns in the first line.
    init(csv: String) {
        let lines = csv.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        names = lines.first?.map(String.init) ?? []
        rows = lines.dropFirst().map { $0.map { Double($0) } }
    }

    var svg: String {
        let height = Double(SoakSample.plotted.count) * (Self.panel + Self.top) + 30
        let panels = SoakSample.plotted.enumerated().map {
            panel($1, at: Self.top + Double($0) * (Self.panel + Self.top))
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(Self.width)) \(Int(height))" \
            font-family="sans-serif" font-size="11">
            <rect width="100%" height="100%" fill="white"/>
            \(panels.joined(separator: "\n"))
            <text x="\(Int(Self.width / 2))" y="\(Int(height - 6))" text-anchor="middle">minutes</text>
            </svg>

            """
    }

    private func panel(_ name: String, at y: Double) -> String {
        guard let column = names.firstIndex(of: name) else { return "" }
        let points = rows.compactMap { row -> (x: Double, y: Double)? in
            guard row.indices.contains(column), let time = row[0], let value = row[column] else { return nil }
            return (time / 60, value)
        }
        let end = max(points.last?.x ?? 1, 0.01)
        let greatest = max(points.map(\.y).max() ?? 1, 1) * 1.1
        let right = Self.width - 20
        func place(_ point: (x: Double, y: Double)) -> String {
            String(
                format: "%.1f,%.1f",
                Self.left + point.x / end * (right - Self.left),
                y + Self.panel * (1 - point.y / greatest)
            )
        }
        let ticks = stride(from: 0, through: end, by: max(1, (end / 6).rounded())).map { minute in
            let x = Self.left + minute / end * (right - Self.left)
            return String(
                format: "<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"middle\" fill=\"#777\">%g</text>",
                x,
                y + Self.panel + 13,
                minute
            )
        }
        return """
            <text x="\(Self.left)" y="\(y - 5)" font-weight="bold">\(name)</text>
            <text x="\(Self.left - 6)" y="\(y + 10)" text-anchor="end">\(Int(greatest))</text>
            <text x="\(Self.left - 6)" y="\(y + Self.panel)" text-anchor="end">0</text>
            <path d="M\(Self.left),\(y)V\(y + Self.panel)H\(right)" fill="none" stroke="#999"/>
            \(ticks.joined())
            <polyline points="\(points.map(place).joined(separator: " "))" fill="none" stroke="#1f5fa8"/>
            """
    }
}
