// SPDX-License-Identifier: Apache-2.0

import BalancingSimulation

/// What the scenarios have shown, each run once for all tests, and two at a time if there are two processors.
enum SimulationResults {
    private static let tasks = Scenario.all.map { scenario in Task.detached { scenario.run() } }

    static func findings(of scenario: Int) async -> Findings { await tasks[scenario].value }

    static var all: [(scenario: Scenario, findings: Findings)] {
        get async {
            var results: [(scenario: Scenario, findings: Findings)] = []
            for (scenario, task) in zip(Scenario.all, tasks) { results.append((scenario, await task.value)) }
            return results
        }
    }
}
