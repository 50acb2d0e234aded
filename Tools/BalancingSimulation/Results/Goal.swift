// SPDX-License-Identifier: Apache-2.0

/// What is to be reached, and what was.
package struct Goal: Sendable {
    /// Within what the figure has to be.
    package enum Bound: Sendable {
        case atMost(Double)
        case atLeast(Double)
        case within(ClosedRange<Double>)
    }

    /// What was reached where the goal was not, and what holds it back.
    package struct Miss: Sendable {
        /// No run may be worse than that.
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

    /// Whether the figure is within the bound.
    package var isMet: Bool {
        switch bound {
        case .atMost(let limit): figure <= limit
        case .atLeast(let limit): figure >= limit
        case .within(let range): range.contains(figure)
        }
    }

    /// Whether the figure is no worse than what was reached before.
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
