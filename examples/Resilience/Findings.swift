// SPDX-License-Identifier: Apache-2.0

/// The statistics of many requests.
struct Findings {
    /// The number of requests during the trouble, and of those without a good answer.
    private let count: Int
    private let lost: Int
    /// The sorted times of these requests, answered or not.
    private let times: [Duration]
    /// The part of all attempts that went to the server in trouble, during the trouble and afterwards.
    private let shareDuring: Double
    private let shareAfter: Double

    init(_ samples: [Sample], inTrouble port: UInt16) {
        let during = samples.filter { $0.phase == .during }
        count = during.count
        lost = during.count { !$0.isAnswered }
        times = during.map(\.time).sorted()
        shareDuring = Self.share(of: port, in: during)
        shareAfter = Self.share(of: port, in: samples.filter { $0.phase == .after })
    }

    private static func share(of port: UInt16, in samples: [Sample]) -> Double {
        let asked = samples.flatMap(\.asked)
        return Double(asked.count { $0 == port }) / Double(max(asked.count, 1))
    }

    // MARK: Printing

    /// The first two lines of a table in Markdown.
    static let heading = """
        | policy                   | success |  lost |    p50 |     p99 | longest | share | afterwards |
        |--------------------------|--------:|------:|-------:|--------:|--------:|------:|-----------:|
        """

    func row(_ name: String) -> String {
        let success = Double(count - lost) / Double(max(count, 1))
        return "| "
            + [
                name.padded(to: -24),
                percent(success, decimals: 2).padded(to: 7),
                "\(lost)".padded(to: 5),
                milliseconds(0.5).padded(to: 6),
                milliseconds(0.99).padded(to: 7),
                milliseconds(1).padded(to: 7),
                percent(shareDuring, decimals: 1).padded(to: 5),
                percent(shareAfter, decimals: 1).padded(to: 10),
            ].joined(separator: " | ") + " |"
    }

    /// Returns the time within which the given part of all requests ended.
    private func milliseconds(_ part: Double) -> String {
        guard !times.isEmpty else { return "-" }
        let rank = Int((part * Double(times.count)).rounded(.up))
        let time = times[min(max(rank, 1), times.count) - 1]
        return "\(Int((time / .milliseconds(1)).rounded())) ms"
    }

    private func percent(_ part: Double, decimals: Int) -> String {
        let scale = decimals == 2 ? 100 : 10
        let number = Int((part * 100 * Double(scale)).rounded(.down))
        let fraction = "\(number % scale)"
        return "\(number / scale)." + String(repeating: "0", count: decimals - fraction.count) + fraction + "%"
    }
}

extension String {
    /// Returns the string with spaces in front, or behind for a negative width.
    fileprivate func padded(to width: Int) -> String {
        let spaces = String(repeating: " ", count: max(abs(width) - count, 0))
        return width < 0 ? self + spaces : spaces + self
    }
}
