// SPDX-License-Identifier: Apache-2.0

extension Double {
    /// The nearest number within 0...1; 0 for NaN.
    var clampedToUnit: Double { self > 0 ? min(self, 1) : 0 }
}

extension Double {
    /// Returns the nearest number within the range, or the default for NaN. Settings are numbers that a user has
    /// computed; computations with the result cannot trap.
    func bounded(by range: ClosedRange<Double>, orIfNaN fallback: Double) -> Double {
        isNaN ? fallback : Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}
