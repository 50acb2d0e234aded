// SPDX-License-Identifier: Apache-2.0

import BalancingSimulation
import Dispatch

/// What the scenarios have shown, each run once for all tests.
///
/// On a thread of their own, one after the other: a simulation computes for seconds without a pause, and the threads that tasks
/// share are as many as there are processors. Other tests have deadlines.
enum SimulationResults {
    private static let queue = DispatchQueue(label: "simulations")

    private static let tasks = Scenario.all.map { scenario in
        Task {
            await withCheckedContinuation { continuation in
                queue.async { continuation.resume(returning: scenario.run()) }
            }
        }
    }

    static func findings(of scenario: Int) async -> Findings { await tasks[scenario].value }

    static var all: [(scenario: Scenario, findings: Findings)] {
        get async {
            var results: [(scenario: Scenario, findings: Findings)] = []
            for (scenario, task) in zip(Scenario.all, tasks) { results.append((scenario, await task.value)) }
            return results
        }
    }
}
