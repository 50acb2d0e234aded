// SPDX-License-Identifier: Apache-2.0

extension Duration {
    /// Nanoseconds in each of Go's units (`time.ParseDuration`). The micro sign has two code points.
    private static let goUnits: [String: Double] = [
        "ns": 1, "us": 1e3, "\u{b5}s": 1e3, "\u{3bc}s": 1e3, "ms": 1e6, "s": 1e9, "m": 60e9, "h": 3600e9,
    ]

    /// Parses a duration in Go's format: `10s`, `1m30s`, `1.5h`, `-200ms`, `0`. Returns `nil` for other text, and for
    /// durations above Go's own maximum of 292 years.
    ///
    /// Exact to the nanosecond up to 104 days, the range in which `Double` is exact.
    package init?(goText text: String) {
        let isNegative = text.utf8.first == UInt8(ascii: "-")
        let isSigned = isNegative || text.utf8.first == UInt8(ascii: "+")
        var rest = text.utf8.dropFirst(isSigned ? 1 : 0)
        guard !rest.elementsEqual("0".utf8) else {
            self = .zero
            return
        }
        var nanoseconds = 0.0
        repeat {
            let number = rest.prefix { $0.isDigit || $0 == UInt8(ascii: ".") }
            let unit = rest[number.endIndex...].prefix { !$0.isDigit && $0 != UInt8(ascii: ".") }
            guard let amount = Double(Substring(number)), let factor = Self.goUnits[String(Substring(unit))] else {
                return nil
            }
            nanoseconds += amount * factor
            rest = rest[unit.endIndex...]
        } while !rest.isEmpty
        guard nanoseconds < 0x1p63 else { return nil }
        self = .nanoseconds(Int64(isNegative ? -nanoseconds : nanoseconds))
    }
}
