// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import Foundation
import TestSupport
import Testing

/// Holders whose process ends without a chance to release anything.
struct CrashTests {
    @Test(arguments: Grip.Kind.allCases, [AgentDress.plain, .v1_22])
    func `After kill -9 of a holder, a waiter goes on when the session and the lock-delay have ended`(
        kind: Grip.Kind,
        dress: AgentDress
    ) async throws {
        let scene = try await LockScene(dress: dress)
        let program = HolderProgram(scene, kind)
        async let takenOver: Void = takeOver(program, scene)
        await #expect(processExitsWith: .signal(SIGKILL)) { [program = program as HolderProgram] in
            try await program.hold { _, _ in try await untilCanceled() }
        }
        try await takenOver
    }

    /// Waits beside the program, ends its process, and takes over what it held.
    private func takeOver(_ program: HolderProgram, _ scene: LockScene) async throws {
        let kind = program.kind
        try await program.whileHeld { holder, consul in
            let reasons = WatchedValue<[CoordinationError.Reason]>([])
            var options = scene.options()
            options.onWait = { reason in reasons.update { $0.append(reason) } }
            let waiter = Task { [options] in
                try await Grip.hold(kind.rival, scene.name, options, consul) { grip in
                    #expect(grip.token > holder.token)
                    let former = try await consul.sessions.session(holder.session, consistency: .consistent).value
                    #expect(former == nil)
                }
            }
            defer { waiter.cancel() }
            try await reasons.wait("the waiter to wait", within: .seconds(60)) { !$0.isEmpty }
            holder.signal(SIGKILL)
            try await waiter.value(within: .seconds(60))
            // The slot of a semaphore has no lock-delay.
            #expect(reasons.current == (kind == .slot ? [.held] : [.held, .lockDelay]))
        }
    }
}
