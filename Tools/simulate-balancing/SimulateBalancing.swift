// SPDX-License-Identifier: Apache-2.0

import BalancingSimulation
import Foundation

/// Writes the report on balancing: `simulate-balancing DOCS`, where the directory is `docs` unless given.
@main
enum SimulateBalancing {
    static func main() throws {
        let docs = URL(fileURLWithPath: CommandLine.arguments.dropFirst().first ?? "docs", isDirectory: true)
        var results: [(scenario: Scenario, findings: Findings)] = []
        for scenario in Scenario.all {
            let findings = scenario.run()
            let missed = findings.goals.filter { !$0.isMet }
            print(missed.isEmpty ? "met:   " : "missed:", scenario.name)
            for goal in missed { print("        \(goal.statement) \(goal.unit.text(goal.figure))") }
            results.append((scenario, findings))
        }
        let realAgent = try? String(contentsOf: docs.appendingPathComponent("balancing-real.md"), encoding: .utf8)
        let report = Report(results, realAgent: realAgent)
        try FileManager.default.createDirectory(
            at: docs.appendingPathComponent("balancing"),
            withIntermediateDirectories: true
        )
        for (path, text) in report.files {
            try text.write(to: docs.appendingPathComponent(path), atomically: true, encoding: .utf8)
        }
    }
}
