// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import TestSupport

/// A run of storms and calms: while servers, agents and networks fail, programs resolve, register, lock, lead and
/// configure, and a ledger records every violated invariant. In each calm, all programs have to agree with Consul.
package struct Chaos: Sendable {
    /// The name of all sessions, to find those that are left.
    static let sessionName = "chaos"

    /// The seed of all faults.
    package var seed: UInt64 = 1
    /// The number of storms, each followed by a calm.
    package var rounds = 10
    /// The length of a storm.
    package var storm: Duration = .seconds(15)
    /// The calm time in which all programs have to agree.
    package var allowance: Duration = .seconds(5)
    /// The least length of a calm: longer than the allowance, so that endpoints that are gone can be noticed. Sessions of a
    /// storm have ended then.
    package var calm: Duration = .seconds(6)
    /// True if nothing else happens in this process, so that sockets that are left belong to the library.
    package var isAlone = false
    /// Called with a line about each fault and each round.
    package var report: @Sendable (String) -> Void = { _ in }

    package init() {}

    /// Runs the storms.
    ///
    /// - Returns: The ledger with all violations.
    /// - Throws: An error of the agents or relays, which says nothing about the library.
    package func run() async throws -> Ledger {
        let ledger = NIOLockedValueBox(Ledger(allowance: allowance))
        let world = try await ChaosWorld.start(seed: seed)
        return try await use(
            world,
            in: { world in
                let programs = Programs(world, ledger, seed: seed)
                try await programs.prepare(world, ledger)
                let sockets = isAlone ? Remains(world: world).librarySockets() : nil
                try await withThrowingTaskGroup { group in
                    for program in programs.all { group.addTask { try await program() } }
                    try await rage(in: world, ledger, programs)
                    group.cancelAll()
                    try await programs.checkSessions(world, ledger)
                    while let end = await group.nextResult() {
                        guard case .failure(let error) = end, !(error is CancellationError) else { continue }
                        ledger.withLockedValue { $0.left(1, "programs that failed: \(error)") }
                    }
                }
                try await programs.checkRemains(world, ledger, sockets: sockets)
                let removals = world.cluster.servers.map { $0.count(ofLinesWith: "deregistering member") }.reduce(0, +)
                if removals > 0 { ledger.withLockedValue { $0.count("nodes removed by Consul itself", removals) } }
                return ledger.withLockedValue { $0 }
            },
            stop: { await $0.stop() }
        )
    }

    private func rage(in world: ChaosWorld, _ ledger: NIOLockedValueBox<Ledger>, _ programs: Programs) async throws {
        let start = ContinuousClock.now
        let storm = Storm(world: world) { step in
            ledger.withLockedValue { $0.count("fault: \(step.fault.kind)") }
            report("  after \(start.duration(to: .now)): \(step.fault) for \(step.duration)")
        }
        var plans = FaultPlan.Part.allCases.map {
            FaultPlan(
                $0,
                clients: world.clients.count,
                servers: world.cluster.servers.count,
                hasPartitions: Partition.isPossible,
                seed: seed
            )
        }
        try await agree(world, ledger, programs, "at the start")
        for round in 1...max(rounds, 1) {
            ledger.withLockedValue { $0.calmSince = nil }
            let end = ContinuousClock.now + self.storm
            plans = try await withThrowingTaskGroup(of: (Int, FaultPlan).self) { [plans] group in
                for (index, plan) in plans.enumerated() {
                    group.addTask {
                        var plan = plan
                        try await storm.rage(&plan, until: end)
                        return (index, plan)
                    }
                }
                return try await group.reduce(into: plans) { $0[$1.0] = $1.1 }
            }
            // The calm begins when Consul itself has recovered, which is not this library's doing.
            try await world.waitForAnswers(within: .seconds(60))
            ledger.withLockedValue { $0.calmSince = .now }
            try await agree(world, ledger, programs, "after round \(round)")
            if let start = ledger.withLockedValue({ $0.calmSince }) { try await Task.sleep(until: start + calm) }
            let (violations, slowest) = ledger.withLockedValue { ($0.violations.count, $0.slowest) }
            report("round \(round) of \(rounds): \(violations) violations, slowest agreement \(slowest)")
        }
    }

    /// Waits until each program agrees with Consul, and records the time that it took.
    private func agree(
        _ world: ChaosWorld,
        _ ledger: NIOLockedValueBox<Ledger>,
        _ programs: Programs,
        _ moment: String
    ) async throws {
        let start = ContinuousClock.now
        // The allowance is a limit for programs, not for this machine: a late agreement is a violation with its time.
        let limit = max(allowance * 6, .seconds(30))
        let times = try await withThrowingTaskGroup(of: (Programs.Agreement, Duration?).self) { group in
            for agreement in programs.agreements {
                let check = agreement.begin()
                group.addTask {
                    do {
                        try await eventually(agreement.subject, within: limit) { try await check(world) }
                        return (agreement, start.duration(to: .now))
                    } catch is DeadlineExceeded {
                        return (agreement, nil)
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        ledger.withLockedValue { ledger in
            for (agreement, time) in times {
                // Agents that have just started are not measured.
                if time != nil, ledger.calmSince == nil { continue }
                let what = "\(agreement.subject) \(moment)" + (time == nil ? " (\(agreement.state()))" : "")
                ledger.agreed(what, after: time, ofWhichConsulNeeds: agreement.ownTime)
            }
        }
    }
}
