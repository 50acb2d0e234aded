// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import TestSupport
import Testing

/// Sessions that last while a body runs, against real agents.
struct HeldSessionTests {
    private func options(_ name: String, timeToLive: Duration = .seconds(20)) -> SessionOptions {
        var options = SessionOptions.withoutHealthChecks(timeToLive: timeToLive)
        options.minimumTimeToLive = .milliseconds(200)
        options.name = name
        return options
    }

    // E4, E6
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A session lasts while its body runs, and is destroyed after it (E4, E6)`(dress: AgentDress) async throws {
        let scene = try await LockScene(dress: dress)
        try await withConsul(scene.agent) { consul in
            try await consul.withSession(options(scene.name)) { session in
                let sessions = try await scene.sessions()
                #expect(sessions == [session.id])
                #expect(session.remaining > .zero)
                try session.checkHeld()
            }
            try await scene.expectNothingHeld()
            let isRunning = Signal<Void>()
            let task = Task {
                try await consul.withSession(options(scene.name)) { _ in
                    isRunning.send(())
                    try await untilCanceled()
                }
            }
            _ = await isRunning.wait()
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value(within: .seconds(20)) }
            try await scene.expectNothingHeld()
        }
    }

    // E4
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A session that is destroyed cancels its body at the next renewal (E4)`(dress: AgentDress) async throws {
        let scene = try await LockScene(dress: dress)
        try await withConsul(scene.agent) { consul in
            let error = try await coordinationError {
                try await consul.withSession(options(scene.name, timeToLive: .seconds(3))) { session in
                    try await scene.destroy(session.id)
                    try await untilCanceled()
                }
            }
            #expect(error.code == .lost)
            #expect(error.reason == .sessionGone)
        }
    }

    // E5, E10
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `Consul ends a session no earlier than its time to live, and renewals extend it (E5, E10)`(
        dress: AgentDress
    ) async throws {
        let scene = try await LockScene(dress: dress)
        try await withConsul(scene.agent) { consul in
            let timeToLive = Duration.milliseconds(1500)
            var sent = ContinuousClock.now
            let id = try await consul.sessions.create(options(scene.name, timeToLive: timeToLive))
            for _ in 0..<3 {
                try await Task.sleep(for: .milliseconds(500))
                let next = ContinuousClock.now
                if try await consul.sessions.renew(id) != nil { sent = next }
            }
            try await eventually("Consul to end the session", within: .seconds(30)) {
                try await consul.sessions.session(id, consistency: .consistent).value == nil
            }
            #expect(sent.duration(to: .now) >= timeToLive)
        }
    }

    @Test func `A caller that is canceled while the session is created leaves none`() async throws {
        let gate = Gate()
        let created = ConsulReply.json(#"{"ID": "11111111-2222-3333-4444-555555555555"}"#)
        let script: ScriptedHTTPServer.Script = { request in
            request.path == "/v1/session/create" ? .reply(created, after: gate) : [.reply(.json("true"))]
        }
        try await withScriptedHTTPServer(script: script) { server in
            try await withConsul(port: server.port) { consul in
                let task = Task {
                    try await consul.withSession(options("canceled")) { _ in _ = Issue.record("the body runs") }
                }
                try await server.waitForRequests(1)
                task.cancel()
                gate.release()
                await #expect(throws: CancellationError.self) { try await task.value(within: .seconds(20)) }
                try await server.waitForRequest("the end of the session") {
                    $0.path == "/v1/session/destroy/11111111-2222-3333-4444-555555555555"
                }
            }
        }
    }

    @Test func `A caller that is canceled while Consul is silent does not wait for it`() async throws {
        try await withScriptedHTTPServer(script: { _ in .silence }) { server in
            try await withConsul(port: server.port) { consul in
                let task = Task { try await consul.withSession(options("canceled")) { _ in } }
                try await server.waitForRequests(1)
                task.cancel()
                // The answer to the creation is awaited for two seconds, in order to destroy the session.
                await #expect(throws: CancellationError.self) { try await task.value(within: .seconds(8)) }
            }
        }
    }
}
