// SPDX-License-Identifier: Apache-2.0

/// The unit of a figure. All numbers are formatted here: formats that depend on a locale would differ between runs.
package enum Unit: Hashable, Sendable {
    case plain(Int)
    case percent(Int)
    /// Stored in seconds.
    case milliseconds(Int)
    case seconds(Int)

    /// Returns a figure as text, rounded to the unit's decimals.
    package func text(_ value: Double) -> String {
        switch self {
        case .plain(let decimals): Unit.fixed(value, decimals)
        case .percent(let decimals): Unit.fixed(value * 100, decimals) + " %"
        case .milliseconds(let decimals): Unit.fixed(value * 1000, decimals) + " ms"
        case .seconds(let decimals): Unit.fixed(value, decimals) + " s"
        }
    }

    /// Returns a number with the given decimals and a space between thousands.
    static func fixed(_ value: Double, _ decimals: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "-" }
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let scaled = Int64((abs(value) * scale).rounded())
        let (whole, part) = scaled.quotientAndRemainder(dividingBy: Int64(scale))
        let digits = String(part)
        let fraction = decimals == 0 ? "" : "." + String(repeating: "0", count: decimals - digits.count) + digits
        return (value < 0 && scaled > 0 ? "-" : "") + grouped(whole) + fraction
    }

    private static func grouped(_ number: Int64) -> String {
        guard number >= 10_000 else { return String(number) }
        let digits = String(number % 1000)
        return grouped(number / 1000) + " " + String(repeating: "0", count: 3 - digits.count) + digits
    }
}
