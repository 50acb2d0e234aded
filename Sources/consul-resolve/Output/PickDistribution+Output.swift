// SPDX-License-Identifier: Apache-2.0

import ConsulResolver

extension PickDistribution {
    /// Returns the members of the fixed form that scripts rely on.
    ///
    /// - Parameter isStale: True if Consul cannot confirm the endpoints now.
    func jsonMembers(by policy: PolicyName, isStale: Bool) -> JSON.Members {
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
            "error": nil, "stale": .bool(isStale),
        ]
    }

    /// Returns the same form for a failed pick.
    static func json(of absence: PickError, by policy: PolicyName) -> JSON {
        .object([
            "policy": .string(policy.rawValue), "picks": 0, "endpoints": .array([]), "error": .string(absence.message),
            "stale": false,
        ])
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
            if let barWidth { row.append(Bar.text(Double(part.picks) / Double(max(most, 1)), width: barWidth)) }
            table.rows.append(row)
        }
        return table
    }

    private var summary: String? {
        furthest.map { part in
            let sign = part.deviation > 0 ? "+" : ""
            return "greatest deviation from the weights: \(part.endpoint.authority.printable) by "
                + "\(sign)\(Decimal.text(part.deviation)) picks, \(percentage(abs(part.deviation))) of all"
        }
    }

    /// Returns a share of all picks, rounded to a hundredth of a percent.
    private func percentage(_ picks: Double) -> String {
        "\(Decimal.text((share(picks) * 10_000).rounded() / 100)) %"
    }
}

/// A bar of block characters, with a resolution of an eighth of a character.
enum Bar {
    /// U+258F to U+2589: one eighth to seven eighths.
    private static let eighths = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]

    /// - Parameters:
    ///   - fraction: The length as a fraction of the width, 0 to 1. A value above zero is always visible.
    ///   - width: The length of the longest bar, in characters.
    static func text(_ fraction: Double, width: Int) -> String {
        // NaN is not above zero either.
        guard fraction > 0, width > 0 else { return "" }
        let length = max(Int((min(fraction, 1) * Double(width) * 8).rounded()), 1)
        let (blocks, rest) = length.quotientAndRemainder(dividingBy: 8)
        return String(repeating: "█", count: blocks) + (rest > 0 ? eighths[rest - 1] : "")
    }
}
