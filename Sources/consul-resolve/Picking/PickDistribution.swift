// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import ConsulResolver

/// The distribution of picks over endpoints, beside the one that the weights demand. A pure value.
struct PickDistribution {
    /// The share of one endpoint.
    struct Part {
        let endpoint: Endpoint
        let picks: Int
        /// The number of picks that its weight demands, which is seldom whole.
        let expected: Double

        /// The number of picks above the expected number; negative below it.
        var deviation: Double { Double(picks) - expected }
    }

    /// The shares in the order of the given endpoints, those without a pick included.
    let parts: [Part]
    /// The total number of picks.
    let picks: Int

    init(of endpoints: [Endpoint], picks: [HostPort: Int]) {
        let total = endpoints.reduce(0) { $0 + (picks[$1.hostPort] ?? 0) }
        parts = zip(endpoints, Self.shares(of: endpoints)).map { endpoint, share in
            Part(endpoint: endpoint, picks: picks[endpoint.hostPort] ?? 0, expected: share * Double(total))
        }
        self.picks = total
    }

    /// Returns the shares that RFC 2782 demands: endpoints of the lowest priority value share by weight, and evenly if
    /// none of them has a weight.
    private static func shares(of endpoints: [Endpoint]) -> [Double] {
        let first = endpoints.map(\.priority).min()
        let preferred = endpoints.filter { $0.priority == first }
        let total = preferred.reduce(0) { $0 + Int($1.weight) }
        return endpoints.map { endpoint in
            guard endpoint.priority == first else { return 0 }
            return total > 0 ? Double(endpoint.weight) / Double(total) : 1 / Double(preferred.count)
        }
    }

    /// Returns a number of picks as a fraction of all.
    func share(_ picks: Double) -> Double { self.picks > 0 ? picks / Double(self.picks) : 0 }

    /// The part that deviates most from its weight, the first of several; `nil` without endpoints.
    var furthest: Part? {
        parts.max { abs($0.deviation) < abs($1.deviation) }
    }
}

extension PickDistribution {
    /// Returns the members of the fixed form that scripts rely on.
    ///
    /// - Parameters:
    ///   - isStale: True if Consul cannot confirm the endpoints now.
    ///   - error: The reason that a pick failed.
    func jsonMembers(by policy: PolicyName, isStale: Bool, error: String? = nil) -> JSON.Members {
        [
            "policy": .string(policy.rawValue), "picks": .integer(picks),
            "endpoints": .array(
                parts.map { part in
                    .object([
                        "address": JSON(part.endpoint.host), "port": .integer(Int(part.endpoint.port)),
                        "weight": .integer(Int(part.endpoint.weight)), "picks": .integer(part.picks),
                        "expectedPicks": .number(part.expected),
                    ])
                }
            ),
            "error": JSON(error), "stale": .bool(isStale),
        ]
    }

    /// Returns the same form for a failed pick.
    static func json(of absence: PickError, by policy: PolicyName) -> JSON {
        let nothing = PickDistribution(of: [], picks: [:])
        return .object(nothing.jsonMembers(by: policy, isStale: false, error: absence.message))
    }

    // MARK: For people

    /// Returns a table with a bar chart that fills the remaining width, followed by the largest deviation from the
    /// weights.
    func text(columns: Int) -> String {
        // A shorter bar adds no information to the numbers.
        let room = columns - (table(barWidth: nil).lines.map(\.columns).max() ?? 0) - 2
        let table = table(barWidth: room < 8 ? nil : room)
        return ([table.description] + (summary.map { ["", $0] } ?? [])).joined(separator: "\n")
    }

    private func table(barWidth: Int?) -> Table {
        let numbers = ["ENDPOINT", "WEIGHT", "PICKS", "SHARE", "EXPECTED"]
        var table = Table(heading: barWidth == nil ? numbers : numbers + [""])
        let most = parts.map(\.picks).max() ?? 0
        for part in parts {
            var row = [
                part.endpoint.authority, String(part.endpoint.weight), String(part.picks),
                percentage(Double(part.picks)), percentage(part.expected),
            ]
            if let barWidth { row.append(Self.bar(Double(part.picks) / Double(max(most, 1)), width: barWidth)) }
            table.rows.append(row)
        }
        return table
    }

    private var summary: String? {
        furthest.map { part in
            let sign = part.deviation > 0 ? "+" : ""
            return "greatest deviation from the weights: \(part.endpoint.authority.printable) by "
                + "\(sign)\(part.deviation.decimal) picks, \(percentage(abs(part.deviation))) of all"
        }
    }

    /// Returns a share of all picks, rounded to a hundredth of a percent.
    private func percentage(_ picks: Double) -> String {
        "\(((share(picks) * 10_000).rounded() / 100).decimal) %"
    }

    // MARK: Bars

    /// U+258F to U+2589: one eighth to seven eighths.
    private static let eighths = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]

    /// Returns a bar of block characters, with a resolution of an eighth of a character.
    ///
    /// - Parameters:
    ///   - fraction: The length as a fraction of the width, 0 to 1. A value above zero is always visible.
    ///   - width: The length of the longest bar, in characters.
    static func bar(_ fraction: Double, width: Int) -> String {
        // NaN is not above zero either.
        guard fraction > 0, width > 0 else { return "" }
        let length = max(Int((min(fraction, 1) * Double(width) * 8).rounded()), 1)
        let (blocks, rest) = length.quotientAndRemainder(dividingBy: 8)
        return String(repeating: "█", count: blocks) + (rest > 0 ? eighths[rest - 1] : "")
    }
}
