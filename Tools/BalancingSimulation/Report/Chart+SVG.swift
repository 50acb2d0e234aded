// SPDX-License-Identifier: Apache-2.0

extension Chart {
    private static let (width, height) = (760.0, 340.0)
    private static let plot = (left: 76.0, right: 590.0, top: 40.0, bottom: 290.0)

    /// Colors that are distinct with any kind of color vision, on light and dark backgrounds (P. Tol's "bright" scheme
    /// and a gray).
    private static let palette = ["#7f7f7f", "#aa3377", "#ccaa33", "#66aadd", "#228833", "#ee5533", "#9988dd"]

    /// The SVG file. Its colors follow the reader's preference for light or dark.
    var svg: String {
        var lines = [
            #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 340" width="760" height="340" role="img">"#,
            "<title>\(title)</title>",
            "<style>",
            "text { font: 12px sans-serif; fill: #1f2328 } .ground { fill: #ffffff } .grid { stroke: #d0d7de }",
            ".span { fill: #8c959f; fill-opacity: 0.16 } .line { fill: none; stroke-width: 1.8 }",
            "@media (prefers-color-scheme: dark) {",
            "text { fill: #e6edf3 } .ground { fill: #0d1117 } .grid { stroke: #3d444d }",
            "}",
            "</style>",
            #"<rect class="ground" width="760" height="340"/>"#,
            Chart.text(title, Chart.plot.left, 22, size: 14),
        ]
        lines += spanMarks + axes
        switch kind {
        case .lines: lines += series.map(line)
        case .bars(let groups): lines += bars(groups)
        }
        lines += legend + ["</svg>", ""]
        return lines.joined(separator: "\n")
    }

    // MARK: Axes and legend

    private var spanMarks: [String] {
        spans.flatMap { span in
            let (left, right) = (horizontal(span.range.lowerBound), horizontal(span.range.upperBound))
            return [
                #"<rect class="span" x="\#(Chart.number(left))" y="\#(Chart.number(Chart.plot.top))" "#
                    + #"width="\#(Chart.number(right - left))" height="\#(Chart.number(Chart.plot.bottom - Chart.plot.top))"/>"#,
                Chart.text(span.label, left + 5, Chart.plot.top + 14, size: 11),
            ]
        }
    }

    private var axes: [String] {
        let (left, right, bottom) = (Chart.plot.left, Chart.plot.right, Chart.plot.bottom)
        var lines: [String] = []
        for tick in y.ticks {
            let height = vertical(tick)
            lines.append(Chart.stroke("grid", [(left, height), (right, height)]))
            lines.append(Chart.text(Unit.fixed(tick, 0), left - 8, height + 4, anchor: "end"))
        }
        for tick in x.ticks {
            let position = horizontal(tick)
            lines.append(Chart.stroke("grid", [(position, bottom), (position, bottom + 5)]))
            lines.append(Chart.text(Unit.fixed(tick, 0), position, bottom + 20, anchor: "middle"))
        }
        lines.append(Chart.text(x.label, (left + right) / 2, bottom + 38, anchor: "middle"))
        let middle = (Chart.plot.top + bottom) / 2
        lines.append(
            #"<text x="0" y="0" text-anchor="middle" transform="translate(14 \#(Chart.number(middle))) rotate(-90)">"#
                + y.label + "</text>"
        )
        return lines
    }

    private var legend: [String] {
        series.enumerated().flatMap { index, series in
            let height = Chart.plot.top + 8 + Double(index) * 22
            return [
                #"<rect x="604" y="\#(Chart.number(height - 6))" width="14" height="8" fill="\#(Chart.color(series))"/>"#,
                Chart.text(series.name, 624, height + 3),
            ]
        }
    }

    // MARK: Data

    private func line(_ series: Series) -> String {
        let points = series.points.map { (horizontal($0.x), vertical($0.y)) }
        return Chart.stroke("line", points, color: Chart.color(series))
    }

    private func bars(_ groups: [String]) -> [String] {
        let group = (Chart.plot.right - Chart.plot.left) / Double(max(groups.count, 1))
        let bar = group * 0.8 / Double(max(series.count, 1))
        var lines: [String] = []
        for (index, name) in groups.enumerated() {
            let start = Chart.plot.left + group * Double(index)
            lines.append(Chart.text(name, start + group / 2, Chart.plot.bottom + 20, anchor: "middle"))
            for (place, series) in series.enumerated() where index < series.points.count {
                let (left, top) = (start + group * 0.1 + bar * Double(place), vertical(series.points[index].y))
                lines.append(
                    #"<rect x="\#(Chart.number(left))" y="\#(Chart.number(top))" width="\#(Chart.number(bar - 3))" "#
                        + #"height="\#(Chart.number(Chart.plot.bottom - top))" fill="\#(Chart.color(series))"/>"#
                )
                lines.append(
                    Chart.text(
                        Unit.fixed(series.points[index].y, 1),
                        left + (bar - 3) / 2,
                        top - 4,
                        size: 11,
                        anchor: "middle"
                    )
                )
            }
        }
        return lines
    }

    // MARK: Coordinates

    private func horizontal(_ value: Double) -> Double {
        Chart.plot.left + x.position(of: value) * (Chart.plot.right - Chart.plot.left)
    }

    private func vertical(_ value: Double) -> Double {
        Chart.plot.bottom - y.position(of: value) * (Chart.plot.bottom - Chart.plot.top)
    }

    private static func color(_ series: Series) -> String { palette[series.color % palette.count] }

    private static func number(_ value: Double) -> String { Unit.fixed(value, 1) }

    private static func text(
        _ text: String,
        _ x: Double,
        _ y: Double,
        size: Int = 12,
        anchor: String = "start"
    ) -> String {
        #"<text x="\#(number(x))" y="\#(number(y))" text-anchor="\#(anchor)" style="font-size: \#(size)px">\#(text)</text>"#
    }

    private static func stroke(_ kind: String, _ points: [(Double, Double)], color: String? = nil) -> String {
        let places = points.map { number($0.0) + "," + number($0.1) }.joined(separator: " ")
        return #"<polyline class="\#(kind)" points="\#(places)""# + (color.map { #" stroke="\#($0)""# } ?? "") + "/>"
    }
}
