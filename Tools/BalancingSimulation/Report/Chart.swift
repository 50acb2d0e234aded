// SPDX-License-Identifier: Apache-2.0

/// A chart of the report.
struct Chart: Sendable {
    /// One line, or one bar in each group.
    struct Series: Sendable {
        let name: String
        let color: Int
        let points: [(x: Double, y: Double)]
    }

    /// The axis of one quantity.
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
        /// The names of the groups of bars; the x of a point is the index of its group.
        case bars([String])
    }

    /// The name of the file without its suffix.
    let file: String
    let title: String
    let kind: Kind
    let x: Axis
    let y: Axis
    let series: [Series]
    /// Marked spans of x with a fault, and the name of the fault.
    var spans: [(range: ClosedRange<Double>, label: String)] = []
}
