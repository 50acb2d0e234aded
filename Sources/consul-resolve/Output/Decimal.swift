// SPDX-License-Identifier: Apache-2.0

/// Numbers as people and JSON write them. Foundation could format them, but takes time to load.
enum Decimal {
    /// Returns a number with at most three decimals, without trailing zeros and without an exponent. NaN and infinities
    /// become 0, and the magnitude is limited to 10^15.
    static func text(_ number: Double) -> String {
        guard number.isFinite else { return "0" }
        // Larger numbers have no decimals in a `Double` anyway, and are no measurement here.
        let thousandths = (min(max(number, -1e15), 1e15) * 1000).rounded()
        let (whole, fraction) = Int64(thousandths).quotientAndRemainder(dividingBy: 1000)
        guard fraction != 0 else { return String(whole) }
        var digits = String(abs(fraction) + 1000).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(number < 0 ? "-" : "")\(abs(whole)).\(digits)"
    }
}
