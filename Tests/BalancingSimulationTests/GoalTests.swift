// SPDX-License-Identifier: Apache-2.0

import BalancingSimulation
import Testing

@Suite struct GoalTests {
    @Test(arguments: Scenario.all.indices)
    func `A scenario reaches its goals, or at least the share it reached before`(index: Int) async {
        for goal in await SimulationResults.findings(of: index).goals {
            #expect(
                goal.isAsGoodAsBefore,
                "\(Scenario.all[index].name): \(goal.statement) is \(goal.unit.text(goal.figure)), bound \(goal.bound)"
            )
        }
    }

    @Test func `A goal that a scenario reaches has no exception any more`() async {
        let goals = await SimulationResults.all.flatMap(\.findings.goals)
        #expect(goals.filter { $0.isMet && $0.miss != nil }.map(\.statement) == [])
    }

    @Test func `Every goal is checked`() async {
        let goals = await SimulationResults.all.flatMap(\.findings.goals)
        #expect(Set(goals.map(\.number)) == Set(1...20))
    }
}
