// SPDX-License-Identifier: Apache-2.0

/// Numbers as people and JSON write them, without loading Foundation for it.
enum Decimal {
    /// At most three digits behind the point, none that are zero at the end, never an exponent.
    static func text(_ number: Double) -> String {
        guard number.isFinite else { return "0" }
        let rounded = (number * 1000).rounded() / 1000
        if rounded == rounded.rounded(), abs(rounded) < 1e15 { return String(Int64(rounded)) }
        return rounded.description
    }
}
