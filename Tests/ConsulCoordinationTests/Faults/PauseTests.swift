// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import Foundation
import TestSupport
import Testing

/// Holders whose process is stopped between a check and a write, and goes on when another program holds.
struct PauseTests {
    @Test(arguments: Grip.Kind.allCases, [AgentDress.plain, .v1_22])
    func `A holder that was stopped beyond its lease knows it at once, and Consul refuses its writes`(
        kind: Grip.Kind,
        dress: AgentDress
    ) async throws {
        let scene = try await LockScene(dress: dress)
        let program = HolderProgram(scene, kind)
        async let takenOver: Void = takeOver(program, scene)
        await #expect(processExitsWith: .success) { [program = program as HolderProgram] in
            try await Self.run(program)
        }
        try await takenOver
    }

    /// Holds, stops its own process, and writes when it goes on. Called in the program's process.
    private static func run(_ program: HolderProgram) async throws {
        let terms = WatchedValue<[UInt64]>([])
        let hold: @Sendable () async throws -> Void = {
            try await program.hold { grip, consul in
                let term = terms.update { terms in
                    terms.append(grip.token)
                    return terms.count
                }
                // A candidate that has lost its leadership is elected again.
                guard term == 1 else { return }
                #expect(grip.isHeld())
                raise(SIGSTOP)
                #expect(!grip.isHeld())
                // In a task that the cancellation of the body does not reach.
                try await Task {
                    let write = KeyValueTransaction.Operation.set(program.note("data"), Array("late".utf8))
                    let error = try await coordinationError { try await grip.commit([write]) }
                    #expect(error.code == .lost)
                    // The same write as if it had been on its way when the process was stopped.
                    await #expect(throws: TransactionRefusal.self) {
                        try await consul.keyValues.commit(
                            KeyValueTransaction([.check(grip.key, isHeldBy: grip.session), write])
                        )
                    }
                }.value
                try? await untilCanceled()
                #expect(Task.isCancelled)
                try await Task { try await consul.keyValues.set(program.note("seen"), []) }.value
            }
        }
        guard program.kind != .leadership else {
            try await hold()
            let numbers = terms.current
            #expect(numbers.count == 2 && numbers == numbers.sorted())
            return
        }
        let error = try await coordinationError { try await hold() }
        #expect(error.code == .lost)
        #expect(error.reason == .leaseExpired)
    }

    /// Acquires what the stopped program held, and continues it. Holds until the program has tried to write.
    private func takeOver(_ program: HolderProgram, _ scene: LockScene) async throws {
        let kind = program.kind.rival
        try await program.whileHeld { holder, consul in
            let data = program.note("data")
            try await withDeadline(.seconds(100), "a rival to take over") {
                try await Grip.hold(kind, scene.name, scene.options(), consul) { grip in
                    #expect(grip.token > holder.token)
                    try await grip.commit([.set(data, Array("rival".utf8))])
                    holder.signal(SIGCONT)
                    try await eventually("the program to go on", within: .seconds(60)) {
                        try await consul.keyValues.entry(program.note("seen")).value != nil
                    }
                    #expect(grip.isHeld())
                }
            }
            #expect(try await consul.keyValues.entry(data).value?.text == "rival")
        }
    }
}
