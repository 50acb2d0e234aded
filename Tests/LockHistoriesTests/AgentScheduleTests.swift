// SPDX-License-Identifier: Apache-2.0

import LockHistories
import Testing

/// A thin run on a real agent; `make histories` makes the long one.
struct AgentScheduleTests {
    @Test(.timeLimit(.minutes(3)))
    func `The histories of programs on a real agent are linearizable`() async throws {
        let summary = try await AgentSchedule.run(seeds: 1..<9, parallel: 8)
        #expect(summary.violations.isEmpty, "\(summary.violations.first?.words ?? "")")
        for event in ["holds", "reads"] { #expect(summary.counts[event] ?? 0 > 0, "\(event)") }
    }
}
