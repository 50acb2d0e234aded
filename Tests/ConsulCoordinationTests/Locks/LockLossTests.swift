// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import TestSupport
import Testing

/// Locks that are lost while they are held.
struct LockLossTests {
    /// Acquires the lock, calls the closure once the body runs, and returns the error after the loss.
    private func loss(
        of scene: LockScene,
        _ options: LockOptions? = nil,
        after cause: @escaping @Sendable (HeldLock) async throws -> Void
    ) async throws -> CoordinationError {
        try await withConsul(scene.agent) { consul in
            try await coordinationError {
                try await withDeadline(.seconds(40), "the loss of a lock") {
                    try await consul.withLock(scene.name, options ?? scene.options()) { lock in
                        try await cause(lock)
                        // The wait ends by cancellation, which the body answers in its own way.
                        try? await untilCanceled()
                        #expect(Task.isCancelled)
                        #expect(!lock.isHeld)
                        #expect(lock.remaining == .zero)
                        #expect(throws: CoordinationError.self) { try lock.checkHeld() }
                    }
                }
            }
        }
    }

    // L14
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A session that an operator destroys loses the lock (L14)`(dress: AgentDress) async throws {
        let scene = try await LockScene(dress: dress)
        let error = try await loss(of: scene) { try await scene.destroy($0.session) }
        #expect(error.code == .lost)
        #expect([.keyReleased, .sessionGone].contains(error.reason))
        try await scene.expectNothingHeld()
    }

    // L15
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A key that is deleted loses the lock, ten times in a row (L15)`(dress: AgentDress) async throws {
        let scene = try await LockScene(dress: dress)
        for _ in 0..<10 {
            let error = try await loss(of: scene) { lock in
                let reply = try await scene.agent.delete("/v1/kv/\(lock.key)")
                #expect(reply.isSuccess)
            }
            #expect(error.code == .lost)
            #expect(error.reason == .keyDeleted)
        }
        try await scene.expectNothingHeld()
    }

    // L5
    @Test func `A session that deletes its keys takes the key with it (L5)`() async throws {
        let scene = try await LockScene()
        var options = scene.options()
        options.session.behavior = .delete
        let error = try await loss(of: scene, options) { try await scene.destroy($0.session) }
        #expect([.keyDeleted, .sessionGone].contains(error.reason))
        let entry = try await scene.entry()
        #expect(entry == nil)
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A key that another session takes over loses the lock`(dress: AgentDress) async throws {
        let scene = try await LockScene(dress: dress)
        let error = try await loss(of: scene) { lock in
            _ = try await scene.agent.put("/v1/kv/\(lock.key)?release=\(lock.session)")
            _ = try await scene.holdAsStranger()
        }
        #expect([.keyTaken, .keyReleased].contains(error.reason))
        let sessions = try await scene.sessions()
        #expect(sessions.isEmpty)
    }

    // E12
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A critical service check loses the lock, and a warning does not (E12)`(dress: AgentDress) async throws {
        let scene = try await LockScene(dress: dress)
        let service = scene.name.replacing("/", with: "-")
        let check = "service:\(service)"
        let registration = #"{"ID": "\#(service)", "Name": "worker", "Check": {"TTL": "600s", "Status": "passing"}}"#
        let registered = try await scene.agent.put("/v1/agent/service/register", json: registration)
        #expect(registered.isSuccess)
        var options = scene.options()
        options.session.serviceChecks = [check]
        options.session.lockDelay = .seconds(15)
        let error = try await loss(of: scene, options) { lock in
            _ = try await scene.agent.put("/v1/agent/check/warn/\(check)")
            // A write that Consul itself checks shows that the session has survived the warning.
            try await eventually("the warning to arrive") {
                try await scene.agent.get("/v1/health/checks/worker").body.contains("warning")
            }
            try await lock.commit([])
            _ = try await scene.agent.put("/v1/agent/check/fail/\(check)")
        }
        #expect([.keyReleased, .sessionGone].contains(error.reason))
        _ = try await scene.agent.put("/v1/agent/service/deregister/\(service)")
    }

    // L25
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A write by a third program loses no lock, and the release repairs the flags (L25)`(
        dress: AgentDress
    ) async throws {
        let scene = try await LockScene(dress: dress)
        try await withConsul(scene.agent) { consul in
            var options = scene.options()
            options.value = Array("ours".utf8)
            try await consul.withLock(scene.name, options) { lock in
                _ = try await scene.agent.put("/v1/kv/\(scene.name)", json: "theirs")
                let entry = try #require(try await scene.entry())
                #expect(entry.session == lock.session)
                #expect(entry.flags == 0)
                try await lock.commit([])
                try await lock.setValue(Array("ours again".utf8))
                let updated = try #require(try await scene.entry())
                #expect(updated.flags == 3_304_740_253_564_472_344)
                #expect(updated.text == "ours again")
                _ = try await scene.agent.put("/v1/kv/\(scene.name)", json: "theirs")
            }
            let entry = try #require(try await scene.entry())
            #expect(entry.flags == 3_304_740_253_564_472_344)
            #expect(entry.text == "ours again")
            #expect(entry.session == nil)
        }
    }

    // L24
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `Consul refuses a fenced write after the loss (L24)`(dress: AgentDress) async throws {
        let scene = try await LockScene(dress: dress)
        let target = "\(scene.name)/data"
        let error = try await loss(of: scene) { lock in
            let written = try await lock.commit([.set(target, Array("held".utf8))])
            #expect(written.map(\.key) == [target])
            let refusal = await #expect(throws: TransactionRefusal.self) {
                try await lock.commit([.set(target, []), .checkAbsence(of: target)])
            }
            #expect(refusal?.failures.map(\.position) == [1])
            _ = try await scene.agent.delete("/v1/kv/\(lock.key)")
            // In a task that the cancellation of the body does not reach.
            try await Task {
                let error = try await coordinationError {
                    _ = try await lock.commit([.set(target, Array("lost".utf8))])
                }
                #expect(error.code == .lost)
                // The same check without this module's knowledge of the loss.
                try await withConsul(scene.agent) { consul in
                    _ = await #expect(throws: TransactionRefusal.self) {
                        try await consul.keyValues.commit([.check(lock.key, isHeldBy: lock.session), .set(target, [])])
                    }
                }
            }.value
        }
        #expect(error.reason == .keyDeleted)
        let entry = try await scene.entry("/data")
        #expect(entry?.text == "held")
    }

    // L32
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A commit that Consul denies is an error, and no loss of the lock`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(configuration: ConsulAgent.defaultDeny, dress: dress)
        let scene = LockScene(agent)
        let rules = #"key_prefix "locks/" { policy = "write" } session_prefix "" { policy = "write" }"#
        let token = try await agent.createToken(rules: rules)
        try await withConsul(port: agent.ports.http, configure: { $0.token = .value(token.secret) }) { consul in
            try await consul.withLock(scene.name, scene.options()) { lock in
                // Without any permission, Consul also refuses the check of the lock itself.
                for rules in [#"key_prefix "locks/" { policy = "read" }"#, ""] {
                    try await agent.setRules(rules, of: token)
                    let error = await #expect(throws: ConsulHTTPError.self) {
                        try await lock.commit([.set("locks/other", [])])
                    }
                    #expect(error?.code == .denied)
                    #expect(lock.isHeld)
                }
                try await agent.setRules(rules, of: token)
                try await lock.commit([.set("locks/other", [])])
            }
        }
    }

    @Test func `A body that ignores cancellation is reported, and nothing is released under it (L32)`() async throws {
        let scene = try await LockScene()
        let (held, reported, end) = (Signal<String>(), Signal<CoordinationError>(), Signal<Void>())
        defer { end.send(()) }
        let lateValue = WatchedValue("")
        try await withConsul(scene.agent) { consul in
            var options = scene.options(lockDelay: .zero)
            options.overrun.grace = .milliseconds(50)
            options.overrun.report = { reported.send($0) }
            let task = Task { [options] in
                try await consul.withLock(scene.name, options) { lock in
                    held.send(lock.session)
                    await Task { _ = await end.wait() }.value
                    lateValue.update { $0 = lock.session }
                    return "a result"
                }
            }
            // An operator steals the lock without ending the session.
            let session = try #require(await held.wait())
            _ = try await scene.agent.put("/v1/kv/\(scene.name)?release=\(session)")
            let report = try await withDeadline(.seconds(60)) { await reported.wait() }
            #expect(report?.code == .lost)
            #expect(report?.reason == .keyReleased)
            // The body still runs, so its session still exists.
            let sessions = try await scene.sessions()
            #expect(sessions.count == 1)
            end.send(())
            let error = try await coordinationError { _ = try await task.value(within: .seconds(20)) }
            #expect(error.code == .lost)
            #expect(lateValue.current == sessions.first)
            try await scene.expectNothingHeld()
        }
    }

    @Test func `A caller that is canceled cancels the body, and the lock is held until the body has ended`()
        async throws
    {
        let scene = try await LockScene()
        let (isRunning, end) = (Signal<String>(), Signal<Void>())
        defer { end.send(()) }
        try await withConsul(scene.agent) { consul in
            let task = Task {
                try await consul.withLock(scene.name, scene.options()) { lock in
                    isRunning.send(lock.session)
                    try? await untilCanceled()
                    await Task { _ = await end.wait() }.value
                    #expect(lock.isHeld)
                    _ = try await Task { try await lock.commit([]) }.value
                    return "cleaned up"
                }
            }
            let session = await isRunning.wait()
            task.cancel()
            let entry = try await scene.entry()
            #expect(entry?.session == session)
            end.send(())
            let result = try await task.value(within: .seconds(20))
            #expect(result == "cleaned up")
            try await scene.expectNothingHeld()
        }
    }

    // L7
    @Test func `Renewals keep a lock for several times its time to live (L7)`() async throws {
        let scene = try await LockScene()
        try await withConsul(scene.agent) { consul in
            try await consul.withLock(scene.name, scene.options(timeToLive: .seconds(3))) { lock in
                try await Task.sleep(for: .seconds(8))
                try await lock.commit([])
            }
        }
    }

    // L22
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A holder behind a silent network lets go before a rival acquires the lock (L22)`(
        dress: AgentDress
    ) async throws {
        let scene = try await LockScene(dress: dress)
        try await withByteRelay(upstreamPort: scene.agent.ports.http) { relay in
            try await withConsul(port: relay.port) { holder in
                let events = WatchedValue<[String]>([])
                let isHeld = Signal<Void>()
                let options = scene.options(timeToLive: .seconds(3), lockDelay: .milliseconds(500))
                let task = Task {
                    try await holder.withLock(scene.name, options) { _ in
                        isHeld.send(())
                        try? await untilCanceled()
                        events.update { $0.append("canceled") }
                    }
                }
                _ = await isHeld.wait()
                try await relay.set(.silent)
                try await withConsul(scene.agent) { rival in
                    try await withDeadline(.seconds(60), "the rival to acquire the lock") {
                        try await rival.withLock(scene.name, scene.options()) { _ in
                            events.update { $0.append("acquired") }
                        }
                    }
                }
                let error = try await coordinationError { try await task.value(within: .seconds(30)) }
                #expect(error.code == .lost)
                #expect(error.reason == .leaseExpired)
                #expect(events.current == ["canceled", "acquired"])
            }
        }
    }

    // L27
    @Test func `A release that gets no answer ends within a bound, and the lock is free after the session (L27)`()
        async throws
    {
        let scene = try await LockScene()
        try await withByteRelay(upstreamPort: scene.agent.ports.http) { relay in
            try await withConsul(port: relay.port) { consul in
                let start = ContinuousClock.now
                let options = scene.options(timeToLive: .seconds(3))
                try await consul.withLock(scene.name, options) { _ in try await relay.set(.silent) }
                #expect(start.duration(to: .now) < .seconds(20))
                let entry = try await scene.entry()
                #expect(entry?.session != nil)
            }
        }
        try await withConsul(scene.agent) { consul in
            try await withDeadline(.seconds(40), "the lock to be free") {
                try await consul.withLock(scene.name, scene.options()) { _ in }
            }
        }
    }
}
