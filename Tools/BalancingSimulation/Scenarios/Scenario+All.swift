// SPDX-License-Identifier: Apache-2.0

extension Scenario {
    /// All scenarios in the order of the report: those with charts first, those of arithmetic last.
    package static let all: [Scenario] = [
        SlowReplica.scenario, Sinkhole.scenario, BlackHole.scenario, Recovery.scenario, Queues.scenario,
        UnequalServers.scenario, UnlikeServers.scenario, Newcomer.scenario, HardDown.scenario, SourceOutage.scenario,
        Temptation.scenario, QuietService.scenario, WeightedLoad.scenario, BallsIntoBins.scenario,
        TakingTurns.scenario, Keys.scenario, FirstOfRecords.scenario, Subsets.scenario,
    ]
}
