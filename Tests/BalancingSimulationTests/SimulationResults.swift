// SPDX-License-Identifier: Apache-2.0

import BalancingSimulation
import Dispatch

/// The results of the scenarios, each run once for all tests.
///
/// The scenarios run one after the other on a thread of their own: a simulation computes for seconds without a
/// suspension point, the shared thread pool has one thread a processor, and other tests have deadlines.
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
