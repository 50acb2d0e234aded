// SPDX-License-Identifier: Apache-2.0

import ConsulResolver

extension PickDistribution {
    /// The fixed form.
    ///
    /// - Parameter isStale: Whether the endpoints are from an answer that Consul cannot confirm now.
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

    /// The same when there was nothing to pick.
    static func json(of absence: PickError, by policy: PolicyName) -> JSON {
        .object([
            "policy": .string(policy.rawValue), "picks": 0, "endpoints": .array([]), "error": .string(absence.message),
            "stale": false,
        ])
    }

    // MARK: For people

    /// A table with a chart beside it, as wide as there is room for, and below it how far off the weights it is.
    func text(columns: Int) -> String {
        // A shorter bar tells nothing that the numbers do not.
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

    /// To a hundredth of a percent.
    private func percentage(_ picks: Double) -> String {
        "\(Decimal.text((share(picks) * 10_000).rounded() / 100)) %"
    }
}
