// SPDX-License-Identifier: Apache-2.0

import CompletenessSweep
import Foundation
import TestSupport

/// Prints how answers of a real agent prove their completeness: `sweep-completeness [LARGEST [STEP]] [--newer]`, for
/// the numbers of instances from 1 to LARGEST (1000) in steps of STEP (1). With `--newer` the agent answers as 1.22
/// does.
@main
enum SweepCompleteness {
    static func main() async throws {
        let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        let sizes = stride(from: 1, through: numbers.first ?? 1000, by: numbers.dropFirst().first ?? 1)
        let dress: AgentDress = CommandLine.arguments.contains("--newer") ? .v1_22 : .plain
        let isSound = try await withConsulAgent(dress: dress) { agent in try await sweep(Array(sizes), on: agent) }
        exit(isSound ? 0 : 1)
    }

    private static func sweep(_ sizes: [Int], on agent: ConsulAgent) async throws -> Bool {
        let sweep = CompletenessSweep(agent)
        var totals: [SweptAnswer: CompletenessSweep.Tally] = [:]
        print("| service | asked by | whole | doubted | partial | partial called complete |\n|---|---|---|---|---|---|")
        for service in SweptService.all {
            let tallies = try await sweep.run(service, sizes: sizes)
            for way in SweptAnswer.allCases {
                guard let tally = tallies[way] else { continue }
                printRow(service.description, way, tally)
                totals[way] = totals[way].map { $0 + tally } ?? tally
            }
        }
        for way in SweptAnswer.allCases { if let total = totals[way] { printRow("all", way, total) } }
        return totals.values.allSatisfy { $0.wrong.isEmpty }
    }

    private static func printRow(_ service: String, _ way: SweptAnswer, _ tally: CompletenessSweep.Tally) {
        let share = tally.whole == 0 ? 0 : 100 * Double(tally.doubted) / Double(tally.whole)
        let doubted = "\(tally.doubted) (\(String(format: "%.1f", share)) %)"
        let wrong = tally.wrong.isEmpty ? "0" : "\(tally.wrong.count): \(tally.wrong)"
        print("| \(service) | \(way.rawValue) | \(tally.whole) | \(doubted) | \(tally.partial) | \(wrong) |")
        fflush(nil)
    }
}
