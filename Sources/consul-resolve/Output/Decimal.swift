// SPDX-License-Identifier: Apache-2.0

/// Numbers as people and JSON write them, without loading Foundation for it.
enum Decimal {
    /// At most three digits behind the point, none that are zero at the end, never an exponent. A number that is none is
    /// zero, and one beyond 10^15 is that.
    static func text(_ number: Double) -> String {
        guard number.isFinite else { return "0" }
        // Larger numbers have no digits behind the point anyway, and are no measure of anything.
        let thousandths = (min(max(number, -1e15), 1e15) * 1000).rounded()
        let (whole, fraction) = Int64(thousandths).quotientAndRemainder(dividingBy: 1000)
        guard fraction != 0 else { return String(whole) }
        var digits = String(abs(fraction) + 1000).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(number < 0 ? "-" : "")\(abs(whole)).\(digits)"
    }
}
