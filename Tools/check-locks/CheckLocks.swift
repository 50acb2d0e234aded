// SPDX-License-Identifier: Apache-2.0

import Foundation
import LockHistories

/// Checks the histories of fenced writes for linearizability: `check-locks simulated|agent [COUNT [SEED [FLAW]]]`.
///
/// `simulated` runs schedules in virtual time, 100 000 by default; `agent` runs them on a real agent, 300 by default. With a
/// flaw, the run succeeds if a history is not linearizable.
@main
enum CheckLocks {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let kind = arguments.first ?? "simulated"
        let count = arguments.dropFirst().first.flatMap { UInt64($0) } ?? (kind == "agent" ? 300 : 100_000)
        let seed = arguments.dropFirst(2).first.flatMap { UInt64($0) } ?? 1
        let flaw = arguments.dropFirst(3).first.map { Flaw(rawValue: $0) }
        guard ["simulated", "agent"].contains(kind), arguments.count <= 4, flaw != .some(nil) else {
            let flaws = Flaw.allCases.map(\.rawValue).joined(separator: "|")
            print("use: check-locks simulated|agent [COUNT [SEED [\(flaws)]]]")
            exit(64)
        }
        let start = ContinuousClock.now
        let report: @Sendable (ScheduleSummary) -> Void = { summary in
            let done = summary.counts["schedules"] ?? 0
            guard done % 10 == 0 else { return }
            FileHandle.standardError.write(
                Data("\(done) of \(count) schedules, \(summary.violations.count) violations\n".utf8)
            )
        }
        let seeds = seed..<seed + count
        let summary =
            if kind == "agent" {
                try await AgentSchedule.run(seeds: seeds, flaw: flaw ?? nil, report: report)
            } else {
                await SimulatedSchedule.run(seeds: seeds, flaw: flaw ?? nil, report: report)
            }
        print("\n| what | number |\n|---|---|")
        for (event, count) in summary.counts.sorted(by: { $0.key < $1.key }) { print("| \(event) | \(count) |") }
        print("| seconds | \(start.duration(to: .now).components.seconds) |")
        for violation in summary.violations.prefix(20) { print("seed \(violation.seed): \(violation.words)") }
        let isExpected = summary.violations.isEmpty == (flaw == nil)
        exit(isExpected ? 0 : 1)
    }
}
