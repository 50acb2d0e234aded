// SPDX-License-Identifier: Apache-2.0

/// A picture of the report.
struct Chart: Sendable {
    /// One line, or one bar in each group.
    struct Series: Sendable {
        let name: String
        let colour: Int
        let points: [(x: Double, y: Double)]
    }

    /// How a quantity is drawn.
    struct Axis: Sendable {
        let label: String
        let range: ClosedRange<Double>
        let isLogarithmic: Bool
        let ticks: [Double]

        init(_ label: String, _ range: ClosedRange<Double>, ticks: [Double], isLogarithmic: Bool = false) {
            (self.label, self.range, self.ticks, self.isLogarithmic) = (label, range, ticks, isLogarithmic)
        }
    }

    enum Kind: Sendable {
        case lines
        /// What the groups of bars are called; the x of a point is the number of its group.
        case bars([String])
    }

    /// Without a suffix.
    let file: String
    let title: String
    let kind: Kind
    let x: Axis
    let y: Axis
    let series: [Series]
    /// Spans of x in which something was wrong, and what.
    var spans: [(range: ClosedRange<Double>, label: String)] = []
}
