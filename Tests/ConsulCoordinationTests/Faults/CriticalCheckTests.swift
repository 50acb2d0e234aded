// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import Foundation
import TestSupport
import Testing

/// Sessions with a service check that becomes critical while they hold, wait or campaign.
struct CriticalCheckTests {
    /// An instance with a TTL check that the test sets.
    private struct Instance: Sendable {
        let agent: ConsulAgent
        let id: String

        var check: String { "service:\(id)" }

        /// Registers the instance, calls the body, and deregisters it.
        static func with(
            _ scene: LockScene,
            _ body: (Instance) async throws -> Void
        ) async throws {
            let instance = Instance(agent: scene.agent, id: scene.name.replacing("/", with: "-"))
            let json = #"{"ID": "\#(instance.id)", "Name": "worker", "Check": {"TTL": "600s", "Status": "passing"}}"#
            try await instance.put("/v1/agent/service/register", json)
            let result: Result<Void, any Error>
            do { result = .success(try await body(instance)) } catch { result = .failure(error) }
            try await instance.put("/v1/agent/service/deregister/\(instance.id)")
            try result.get()
        }

        func pass() async throws { try await put("/v1/agent/check/pass/\(check)") }
        func fail() async throws { try await put("/v1/agent/check/fail/\(check)") }

        private func put(_ path: String, _ json: String = "") async throws {
            let reply = try await agent.put(path, json: json)
            try #require(reply.isSuccess, "\(reply.body)")
        }

        /// Options whose session depends on the check.
        func options(_ scene: LockScene, timeToLive: Duration = .seconds(20)) -> LockOptions {
            var options = scene.options(timeToLive: timeToLive, lockDelay: .seconds(3))
            options.session.serviceChecks = [check]
            return options
        }
    }

    // E12
    @Test(arguments: [Grip.Kind.lock, .slot], [AgentDress.plain, .v1_22])
    func `A check that becomes critical loses what is held, and a waiter goes on after the lock-delay (E12)`(
        kind: Grip.Kind,
        dress: AgentDress
    ) async throws {
        let scene = try await LockScene(dress: dress)
        try await Instance.with(scene) { instance in
            let isHeld = Signal<Grip>()
            let reasons = WatchedValue<[CoordinationError.Reason]>([])
            try await withConsul(scene.agent) { first in
                try await withConsul(scene.agent) { second in
                    let holding = Task {
                        try await Grip.hold(kind, scene.name, instance.options(scene), first) { grip in
                            isHeld.send(grip)
                            try await untilCanceled()
                        }
                    }
                    defer { holding.cancel() }
                    let holder = try #require(await isHeld.wait())
                    var waiting = scene.options()
                    waiting.onWait = { reason in reasons.update { $0.append(reason) } }
                    let waiter = Task { [waiting] in
                        try await Grip.hold(kind, scene.name, waiting, second) { grip in
                            #expect(grip.token > holder.token)
                        }
                    }
                    defer { waiter.cancel() }
                    try await reasons.wait("the waiter to wait", within: .seconds(60)) { !$0.isEmpty }
                    try await instance.fail()
                    let error = try await coordinationError { try await holding.value(within: .seconds(60)) }
                    #expect(error.code == .lost)
                    #expect([.keyReleased, .keyDeleted, .keyTaken, .sessionGone].contains(error.reason))
                    try await waiter.value(within: .seconds(60))
                    // The slot of a semaphore has no lock-delay.
                    #expect(reasons.current == (kind == .slot ? [.held] : [.held, .lockDelay]))
                }
            }
        }
    }

    // E12
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A session whose check becomes critical is lost at the next renewal (E12)`(dress: AgentDress) async throws {
        let scene = try await LockScene(dress: dress)
        try await Instance.with(scene) { instance in
            try await withConsul(scene.agent) { consul in
                let session = instance.options(scene).session
                let error = try await coordinationError {
                    try await withDeadline(.seconds(60), "the loss of a session") {
                        try await consul.withSession(session) { _ in
                            try await instance.fail()
                            try await untilCanceled()
                        }
                    }
                }
                #expect(error.code == .lost)
                #expect(error.reason == .sessionGone)
            }
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A waiter whose own check is critical fails with the words of Consul, and leaves no session`(
        dress: AgentDress
    ) async throws {
        let scene = try await LockScene(dress: dress)
        try await Instance.with(scene) { instance in
            let stranger = try await scene.holdAsStranger()
            try await withConsul(scene.agent) { consul in
                var options = instance.options(scene, timeToLive: .seconds(9))
                let isWaiting = Signal<CoordinationError.Reason>()
                options.onWait = { isWaiting.send($0) }
                let waiter = Task { [options] in try await consul.withLock(scene.name, options) { _ in } }
                defer { waiter.cancel() }
                #expect(await isWaiting.wait() == .held)
                try await instance.fail()
                let error = await #expect(throws: ConsulHTTPError.self) {
                    try await waiter.value(within: .seconds(60))
                }
                #expect(error?.message.contains("critical") == true)
                #expect(error?.isRetryable == false)
            }
            let sessions = try await scene.sessions()
            #expect(sessions.isEmpty)
            try await scene.destroy(stranger)
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A candidate whose check is critical is not elected, and campaigns again when it passes`(
        dress: AgentDress
    ) async throws {
        let scene = try await LockScene(dress: dress)
        try await Instance.with(scene) { instance in
            try await withConsul(scene.agent) { consul in
                try await withConsul(scene.agent) { other in
                    let terms = WatchedValue<[(name: String, number: UInt64)]>([])
                    let lead: @Sendable (String) -> @Sendable (LeaderElection.Term) async throws -> Void = { name in
                        { term in
                            terms.update { $0.append((name, term.number)) }
                            try await untilCanceled()
                        }
                    }
                    let (key, options) = (scene.name, instance.options(scene, timeToLive: .seconds(9)))
                    let campaigns = WatchedValue(0)
                    // The gate is asked before each campaign. It is always open.
                    let gate = LeaderElection.Gate {
                        campaigns.update { $0 += 1 }
                        return true
                    }
                    let gated = try LeaderElection(consul, key: key, options, gate: gate, whileLeader: lead("gated"))
                    let rival = try LeaderElection(other, key: key, scene.options(), whileLeader: lead("rival"))
                    // The check of an instance is critical until its first heartbeat.
                    try await instance.fail()
                    let candidacy = Task { try await gated.run() }
                    defer { candidacy.cancel() }
                    try await campaigns.wait("the second campaign", within: .seconds(60)) { $0 >= 2 }
                    #expect(terms.current.isEmpty)
                    try await instance.pass()
                    try await terms.wait("the first term", within: .seconds(60)) { $0.count == 1 }
                    let rivalry = Task { try await rival.run() }
                    defer { rivalry.cancel() }
                    try await instance.fail()
                    try await terms.wait("the term of the rival", within: .seconds(60)) { $0.last?.name == "rival" }
                    #expect(gated.term == nil)
                    try await instance.pass()
                    rivalry.cancel()
                    try await terms.wait("another term", within: .seconds(100)) { $0.last?.name == "gated" }
                    let numbers = terms.current.map(\.number)
                    #expect(terms.current.map(\.name) == ["gated", "rival", "gated"])
                    #expect(numbers == numbers.sorted())
                    candidacy.cancel()
                    await #expect(throws: CancellationError.self) { try await candidacy.value(within: .seconds(60)) }
                }
            }
        }
    }
}
