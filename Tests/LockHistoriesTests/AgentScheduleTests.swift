// SPDX-License-Identifier: Apache-2.0

import LockHistories
import Testing

/// A thin run on a real agent; `make histories` makes the long one.
@Suite(.serialized) struct AgentScheduleTests {
    @Test(.timeLimit(.minutes(3)))
    func `The histories of programs on a real agent are linearizable`() async throws {
        let summary = try await AgentSchedule.run(seeds: 1..<9, parallel: 8)
        #expect(summary.violations.isEmpty, "\(summary.violations.first?.words ?? "")")
        for event in ["holds", "writes accepted", "steps", "reads"] {
            #expect(summary.counts[event] ?? 0 > 0, "\(event)")
        }
    }

    @Test(.timeLimit(.minutes(3)), arguments: [Flaw.withoutFencing, .ignoresLoss])
    func `A broken lock on a real agent is caught`(flaw: Flaw) async throws {
        let summary = try await AgentSchedule.run(seeds: 1..<13, flaw: flaw, parallel: 12, length: .seconds(20))
        #expect(!summary.violations.isEmpty)
    }
}
