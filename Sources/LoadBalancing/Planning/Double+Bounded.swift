// SPDX-License-Identifier: Apache-2.0

extension Double {
    /// Settings are numbers that somebody has computed: what is out of range is moved to its end, and what is no number
    /// at all gives way to the default. Afterwards nothing that is computed from them can trap.
    func bounded(by range: ClosedRange<Double>, orIfNaN fallback: Double) -> Double {
        isNaN ? fallback : Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}
