// SPDX-License-Identifier: Apache-2.0

/// The committed report: a page and its charts.
package struct Report: Sendable {
    /// Texts by their paths under `docs`.
    package private(set) var files: [String: String] = [:]

    /// - Parameters:
    ///   - results: Scenarios with their findings.
    ///   - realAgent: The handwritten section about a real agent; `nil` if there is none.
    package init(_ results: [(scenario: Scenario, findings: Findings)], realAgent: String?) {
        files["balancing.md"] = Report.page(results, realAgent: realAgent)
        for chart in results.flatMap(\.findings.charts) { files["balancing/\(chart.file).svg"] = chart.svg }
    }

    private static func page(_ results: [(scenario: Scenario, findings: Findings)], realAgent: String?) -> String {
        let sections = results.map { section($0.scenario, $0.findings) }
        let goals = results.flatMap(\.findings.goals)
        return ([introduction, summary(goals)] + sections + [ending(realAgent)]).joined(separator: "\n")
    }

    private static func section(_ scenario: Scenario, _ findings: Findings) -> String {
        let goals = findings.goals.isEmpty ? [] : [table(of: findings.goals)]
        let lesson = scenario.lesson.isEmpty ? [] : [scenario.lesson + "\n"]
        let charts = findings.charts.map { "![\($0.title)](balancing/\($0.file).svg)\n" }
        let parts =
            ["## \(scenario.name)\n", scenario.setting + "\n"] + findings.tables.map(\.markdown) + charts + lesson
            + goals
        return parts.joined(separator: "\n")
    }

    private static func ending(_ realAgent: String?) -> String {
        """
        <!-- From here on verbatim from docs/balancing-real.md, which is written by hand. -->

        \(realAgent ?? "## On a real agent\n\nThis section is missing: docs/balancing-real.md does not exist.\n")
        """
    }
}
