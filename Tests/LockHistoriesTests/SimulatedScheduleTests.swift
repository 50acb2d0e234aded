// SPDX-License-Identifier: Apache-2.0

import LockHistories
import Testing

/// A thin run; `make histories` makes the long one.
struct SimulatedScheduleTests {
    @Test func `The histories of faulty schedules are linearizable`() async {
        let summary = await SimulatedSchedule.run(seeds: 1..<301)
        #expect(summary.violations.isEmpty, "\(summary.violations.first?.words ?? "")")
        let counts = summary.counts
        #expect(counts["schedules"] == 300)
        // The faults have an effect, and do not stop all work.
        for event in ["holds", "steps", "writes accepted", "reads"] {
            #expect(counts[event] ?? 0 > 2000, "\(event): \(counts[event] ?? 0)")
        }
        for event in ["holders that lost the lock", "writes refused", "writes without an answer"] {
            #expect(counts[event] ?? 0 > 20, "\(event): \(counts[event] ?? 0)")
        }
    }

    @Test(arguments: Flaw.allCases) func `A lock without one of its mechanisms is caught`(flaw: Flaw) {
        #expect(SimulatedSchedule.firstViolation(flaw: flaw, seeds: 1..<3000) != nil)
    }

    @Test func `A seed always leads to the same histories`() {
        let records = [7, 7, 8].map { SimulatedSchedule.run(seed: $0) }
        let histories = records.map { $0.histories[.consul]?.description }
        #expect(histories[0] == histories[1])
        #expect(histories[0] != histories[2])
    }
}
