// SPDX-License-Identifier: Apache-2.0

import Chaos
import Foundation

/// Runs storms of faults around a cluster: `run-chaos [ROUNDS [SEED]]`, 10 rounds with the seed 1 by default.
@main
enum RunChaos {
    static func main() async throws {
        let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        var chaos = Chaos()
        chaos.rounds = numbers.first ?? chaos.rounds
        chaos.seed = numbers.dropFirst().first.map { UInt64($0) } ?? chaos.seed
        chaos.isAlone = true
        chaos.report = { line in
            print(line)
            fflush(nil)
        }
        let ledger = try await chaos.run()
        print("\n| what | number |\n|---|---|")
        for (event, count) in ledger.counts.sorted(by: { $0.key < $1.key }) { print("| \(event) | \(count) |") }
        print("| slowest agreement | \(ledger.slowest) |")
        print("| violations, with the seed \(chaos.seed) | \(ledger.violations.count) |")
        for violation in ledger.violations { print("violated: \(violation)") }
        exit(ledger.violations.isEmpty ? 0 : 1)
    }
}
