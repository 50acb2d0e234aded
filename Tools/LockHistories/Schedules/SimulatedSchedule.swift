// SPDX-License-Identifier: Apache-2.0

/// One schedule in virtual time: programs with the library's state machines, a simulated Consul, and the faults of a seed.
package enum SimulatedSchedule {
    /// Runs a schedule.
    ///
    /// - Parameters:
    ///   - seed: The seed of the conditions, the faults and all delays.
    ///   - flaw: A mechanism that is switched off; `nil` for none.
    package static func run(seed: UInt64, flaw: Flaw? = nil) -> ScheduleRecord {
        var random = SplitMix(seed: seed)
        let conditions = Conditions(&random)
        var record = SimulatedWorld(conditions, random, flaw).run()
        record.count("schedules")
        // Fencing alone protects against operators, which delete keys and end sessions without a lock-delay.
        if conditions.isOperated { record.histories[.steps] = nil }
        return record
    }

    /// Runs the schedules of several seeds on all processors.
    ///
    /// - Parameter report: Called with the results of each thousand schedules.
    package static func run(
        seeds: Range<UInt64>,
        flaw: Flaw? = nil,
        report: (ScheduleSummary) -> Void = { _ in }
    ) async -> ScheduleSummary {
        await withTaskGroup(of: ScheduleSummary.self) { group in
            var summary = ScheduleSummary()
            var next = seeds.lowerBound
            let batch: UInt64 = 1000
            func start() {
                guard next < seeds.upperBound else { return }
                let part = next..<min(next + batch, seeds.upperBound)
                next = part.upperBound
                group.addTask {
                    part.reduce(into: ScheduleSummary()) { $0.add(run(seed: $1, flaw: flaw), seed: $1) }
                }
            }
            for _ in 0..<4 { start() }
            for await part in group {
                summary.add(part)
                report(summary)
                start()
            }
            return summary
        }
    }
}

extension SimulatedSchedule {
    /// Runs schedules until one violates something.
    ///
    /// - Returns: The seed and words about the violation; `nil` if no schedule violates anything.
    package static func firstViolation(flaw: Flaw?, seeds: Range<UInt64>) -> (seed: UInt64, words: String)? {
        for seed in seeds {
            if let words = run(seed: seed, flaw: flaw).violations().first { return (seed, words) }
        }
        return nil
    }
}

/// The counts and the violations of many schedules.
package struct ScheduleSummary: Sendable {
    package private(set) var counts: [String: Int] = [:]
    /// The seeds of the schedules that violated something, with words about it. The first hundred.
    package private(set) var violations: [(seed: UInt64, words: String)] = []

    package init() {}

    /// Checks the histories of a schedule, and adds its counts.
    package mutating func add(_ record: ScheduleRecord, seed: UInt64) {
        counts.merge(record.counts) { $0 + $1 }
        counts["histories checked", default: 0] += record.histories.count
        let violations = record.violations()
        if !violations.isEmpty { counts["schedules with a violation", default: 0] += 1 }
        self.violations += violations.map { (seed, $0) }.prefix(max(0, 100 - self.violations.count))
    }

    mutating func add(_ other: ScheduleSummary) {
        counts.merge(other.counts) { $0 + $1 }
        violations += other.violations.prefix(max(0, 100 - violations.count))
    }
}
