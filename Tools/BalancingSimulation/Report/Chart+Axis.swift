// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension Chart.Axis {
    /// Returns the position of a value on the axis, within 0...1. Values beyond an end are drawn at that end.
    func position(of value: Double) -> Double {
        let (low, high) = (range.lowerBound, range.upperBound)
        let bounded = min(max(value, low), high)
        guard isLogarithmic else { return (bounded - low) / (high - low) }
        return log(bounded / low) / log(high / low)
    }

    /// Returns a logarithmic axis from one power of ten to another.
    static func decades(_ label: String, _ exponents: ClosedRange<Int>) -> Chart.Axis {
        let powers = exponents.map { exponent in (0..<exponent).reduce(1.0) { power, _ in power * 10 } }
        return Chart.Axis(label, powers[0]...powers[powers.count - 1], ticks: powers, isLogarithmic: true)
    }
}
