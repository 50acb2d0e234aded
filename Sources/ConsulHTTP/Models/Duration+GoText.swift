// SPDX-License-Identifier: Apache-2.0

extension Duration {
    /// Nanoseconds in each of the units that Go writes (`time.ParseDuration`). The micro sign has two code points.
    private static let goUnits: [String: Double] = [
        "ns": 1, "us": 1e3, "\u{b5}s": 1e3, "\u{3bc}s": 1e3, "ms": 1e6, "s": 1e9, "m": 60e9, "h": 3600e9,
    ]

    /// Reads a span of time as Go writes it: `10s`, `1m30s`, `1.5h`, `-200ms`, `0`. Nil for anything else, and for more
    /// than Go's own 292 years.
    ///
    /// To the nanosecond up to 104 days, as `Double` is exact until there.
    package init?(goText text: String) {
        var rest = Substring(text)
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest.removeFirst() }
        guard rest != "0" else {
            self = .zero
            return
        }
        guard !rest.isEmpty else { return nil }
        var nanoseconds = 0.0
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
            rest = rest[number.endIndex...]
            let unit = rest.prefix { !($0.isASCII && $0.isNumber) && $0 != "." }
            rest = rest[unit.endIndex...]
            guard let amount = Double(number), let factor = Self.goUnits[String(unit)] else { return nil }
            nanoseconds += amount * factor
        }
        guard nanoseconds < 0x1p63 else { return nil }
        self = .nanoseconds(Int64(isNegative ? -nanoseconds : nanoseconds))
    }
}
