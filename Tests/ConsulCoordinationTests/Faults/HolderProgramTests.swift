// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import Foundation
import TestSupport
import Testing

/// The main function of a ``HolderProgram``. Not a test of its own.
@Suite(.enabled(if: HolderProgram.current != nil, "only in the process of a holder"))
struct HolderProgramTests {
    @Test func `A program holds until it is ended, or knows that it has lost what it held`() async throws {
        let program = try #require(HolderProgram.current)
        switch program.role {
        case .wait: try await program.hold { _, _ in try await untilCanceled() }
        case .stop: try await stop(program)
        }
    }

    /// Holds, stops its own process, and writes when it goes on.
    private func stop(_ program: HolderProgram) async throws {
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
        // The end of the lease is known at once, but an answer that came meanwhile may be read first.
        #expect([.leaseExpired, .keyReleased, .keyTaken, .keyDeleted, .sessionGone].contains(error.reason))
    }
}
