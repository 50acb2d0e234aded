// SPDX-License-Identifier: Apache-2.0

// Numbers as people and JSON write them. Foundation could format them, but takes time to load.

extension Double {
    /// The number with at most three decimals, without trailing zeros and without an exponent. NaN and infinities
    /// become 0, and the magnitude is limited to 10^15.
    var decimal: String {
        guard isFinite else { return "0" }
        // Larger numbers have no decimals in a `Double` anyway, and are no measurement here.
        let thousandths = (min(max(self, -1e15), 1e15) * 1000).rounded()
        let (whole, fraction) = Int64(thousandths).quotientAndRemainder(dividingBy: 1000)
        guard fraction != 0 else { return String(whole) }
        var digits = String(abs(fraction) + 1000).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(self < 0 ? "-" : "")\(abs(whole)).\(digits)"
    }
}

extension Duration {
    var milliseconds: Double {
        Double(components.seconds) * 1e3 + Double(components.attoseconds) / 1e15
    }

    /// The duration rounded to a tenth of a second: `12.3 s`.
    var inSeconds: String { "\(((milliseconds / 100).rounded() / 10).decimal) s" }
}
