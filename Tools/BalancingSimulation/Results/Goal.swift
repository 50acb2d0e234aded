// SPDX-License-Identifier: Apache-2.0

/// A goal and the measured figure.
package struct Goal: Sendable {
    /// The bound for the figure.
    package enum Bound: Sendable {
        case atMost(Double)
        case atLeast(Double)
        case within(ClosedRange<Double>)
    }

    /// The result of a goal that was missed, and the cause.
    package struct Miss: Sendable {
        /// The limit for further runs, which may not be worse.
        package let reached: Double
        let reason: String

        init(reached: Double, because reason: String) {
            self.reached = reached
            self.reason = reason
        }
    }

    package let number: Int
    package let statement: String
    package let bound: Bound
    package let figure: Double
    package let unit: Unit
    package let miss: Miss?

    init(
        _ number: Int,
        _ statement: String,
        _ bound: Bound,
        _ figure: Double,
        _ unit: Unit,
        missed miss: Miss? = nil
    ) {
        (self.number, self.statement, self.bound, self.figure, self.unit) = (number, statement, bound, figure, unit)
        self.miss = miss
    }

    /// True if the figure is within the bound.
    package var isMet: Bool {
        switch bound {
        case .atMost(let limit): figure <= limit
        case .atLeast(let limit): figure >= limit
        case .within(let range): range.contains(figure)
        }
    }

    /// True if the figure is no worse than the earlier result.
    package var isAsGoodAsBefore: Bool {
        guard let miss else { return isMet }
        return switch bound {
        case .atMost: figure <= miss.reached
        case .atLeast: figure >= miss.reached
        case .within(let range): Goal.distance(figure, range) <= Goal.distance(miss.reached, range)
        }
    }

    private static func distance(_ value: Double, _ range: ClosedRange<Double>) -> Double {
        max(range.lowerBound - value, value - range.upperBound, 0)
    }
}
