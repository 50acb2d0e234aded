// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import Foundation
import TestSupport
import Testing

/// Holders whose process is killed, or stopped and continued.
struct CrashTests {
    @Test(arguments: Grip.Kind.allCases, [AgentDress.plain, .v1_22])
    func `After kill -9 of a holder, a waiter goes on when the session and the lock-delay have ended`(
        kind: Grip.Kind,
        dress: AgentDress
    ) async throws {
        let scene = try await LockScene(dress: dress)
        try await HolderProcess.with(HolderProgram(scene, kind, .wait)) { holder, consul in
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
            let end = try await holder.end()
            #expect(end.signal == SIGKILL)
            try await waiter.value(within: .seconds(60))
            // The slot of a semaphore has no lock-delay.
            #expect(reasons.current == (kind == .slot ? [.held] : [.held, .lockDelay]))
        }
    }

    @Test(arguments: Grip.Kind.allCases, [AgentDress.plain, .v1_22])
    func `A holder that was stopped beyond its lease knows it at once, and Consul refuses its writes`(
        kind: Grip.Kind,
        dress: AgentDress
    ) async throws {
        let scene = try await LockScene(dress: dress)
        let program = HolderProgram(scene, kind, .stop)
        try await HolderProcess.with(program) { holder, consul in
            let data = program.note("data")
            // A rival takes over from the stopped process, continues it, and holds until it has tried to write.
            try await withDeadline(.seconds(120), "a rival to take over") {
                try await Grip.hold(kind.rival, scene.name, scene.options(), consul) { grip in
                    #expect(grip.token > holder.token)
                    try await grip.commit([.set(data, Array("rival".utf8))])
                    holder.signal(SIGCONT)
                    try await eventually("the program to go on", within: .seconds(60)) {
                        try await consul.keyValues.entry(program.note("seen")).value != nil
                    }
                    #expect(grip.isHeld())
                }
            }
            let entry = try await consul.keyValues.entry(data).value
            #expect(entry?.text == "rival")
            let end = try await holder.end()
            #expect(end.status == 0)
        }
    }
}
