// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import Foundation
import TestSupport
import Testing

/// Slots of semaphores that are acquired, waited for, released and lost, against real agents.
struct SemaphoreTests {
    private func options(_ scene: LockScene, wait: LockOptions.Wait = .forever) -> SemaphoreOptions {
        var options = SemaphoreOptions(session: scene.options().session)
        options.wait = wait
        return options
    }

    /// The number of sessions that the record names; 0 without a record.
    private func holders(_ scene: LockScene) async throws -> Int {
        try await scene.entry("/.lock").map { try SemaphoreRecord($0).holders.count } ?? 0
    }

    private func expectFree(_ scene: LockScene, _ location: SourceLocation = #_sourceLocation) async throws {
        let sessions = try await scene.sessions()
        #expect(sessions.isEmpty, sourceLocation: location)
        let keys = try await withConsul(scene.agent) { consul in
            try await consul.keyValues.keys(under: "\(scene.name)/", consistency: .consistent).value
        }
        #expect(keys == ["\(scene.name)/.lock"], sourceLocation: location)
        let holders = try await holders(scene)
        #expect(holders == 0, sourceLocation: location)
    }

    // S2, S4
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A slot is held while its body runs, in the keys of the Go client, and free after it (S2, S4)`(
        dress: AgentDress
    ) async throws {
        let scene = try await LockScene(dress: dress)
        try await withConsul(scene.agent) { consul in
            var options = options(scene)
            options.value = Array("worker-1".utf8)
            let result = try await consul.withSemaphore(scene.name, limit: 2, options) { slot in
                let record = try #require(try await scene.entry("/.lock"))
                #expect(record.text == #"{"Limit":2,"Holders":{"\#(slot.session)":true}}"#)
                #expect(record.flags == 0xe0f6_9a2b_aa41_4de0)
                #expect(record.modifyIndex == slot.fencingToken)
                let contender = try #require(try await scene.entry("/\(slot.session)"))
                #expect(contender.session == slot.session)
                #expect(contender.flags == record.flags)
                #expect(contender.text == "worker-1")
                #expect(contender.modifyIndex == slot.fencingToken)
                #expect(slot.isHeld)
                #expect(slot.remaining > .zero)
                try slot.checkHeld()
                let session = try #require(try await consul.sessions.session(slot.session).value)
                #expect(session.behavior == .delete)
                #expect(session.nodeChecks.isEmpty)
                let written = try await slot.commit([.set("\(scene.name)-data", [1])])
                #expect(written.map(\.key) == ["\(scene.name)-data"])
                return slot.prefix
            }
            #expect(result == scene.name)
            try await expectFree(scene)
        }
    }

    // S3
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `Two of three get a slot of two, and the third after a release (S3)`(dress: AgentDress) async throws {
        let scene = try await LockScene(dress: dress)
        try await withConsul(scene.agent) { consul in
            let (held, end) = (WatchedValue(0), [Signal<Void>(), Signal<Void>()])
            try await withDeadline(.seconds(100), "three contenders") {
                try await withThrowingTaskGroup { group in
                    for number in 0..<2 {
                        group.addTask {
                            try await consul.withSemaphore(scene.name, limit: 2, options(scene)) { _ in
                                held.update { $0 += 1 }
                                _ = await end[number].wait()
                            }
                        }
                    }
                    try await held.wait("two holders", within: .seconds(60)) { $0 == 2 }
                    // Time for the answer of a busy agent: without one, the reason is another.
                    for wait in [LockOptions.Wait.once, .atMost(.seconds(5))] {
                        let error = try await coordinationError {
                            try await consul.withSemaphore(scene.name, limit: 2, options(scene, wait: wait)) { _ in }
                        }
                        #expect(error.code == .notAcquired)
                        #expect(error.reason == .held)
                    }
                    let sessions = try await scene.sessions()
                    #expect(sessions.count == 2)
                    let isWaiting = Signal<CoordinationError.Reason>()
                    var waiting = options(scene)
                    waiting.onWait = { isWaiting.send($0) }
                    async let third: Void = consul.withSemaphore(scene.name, limit: 2, waiting) { _ in }
                    #expect(await isWaiting.wait() == .held)
                    end[0].send(())
                    try await third
                    end[1].send(())
                    try await group.waitForAll()
                }
            }
            try await expectFree(scene)
        }
    }

    // S6, S7, S16
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `Fifteen contenders of fifteen clients all get a slot, at most three at a time (S6, S7, S16)`(
        dress: AgentDress
    ) async throws {
        let scene = try await LockScene(dress: dress)
        let occupancy = WatchedValue(Occupancy())
        try await withDeadline(.seconds(200), "fifteen contenders") {
            try await withThrowingTaskGroup { group in
                for _ in 0..<15 {
                    group.addTask {
                        try await withConsul(scene.agent) { consul in
                            try await consul.withSemaphore(scene.name, limit: 3, options(scene)) { slot in
                                occupancy.update { $0.enter() }
                                let holders = try await holders(scene)
                                #expect((1...3).contains(holders))
                                try slot.checkHeld()
                                occupancy.update { $0.leave() }
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        #expect(occupancy.current.total == 15)
        #expect(occupancy.current.most <= 3)
        try await expectFree(scene)
    }

    // S1
    @Test func `Programs with different limits conflict, and a limit below one is refused (S1)`() async throws {
        let scene = try await LockScene()
        try await withConsul(scene.agent) { consul in
            let refused = try await coordinationError {
                try await consul.withSemaphore(scene.name, limit: 0, options(scene)) { _ in }
            }
            #expect(refused.code == .invalidArgument)
            try await consul.withSemaphore(scene.name, limit: 1, options(scene)) { _ in
                let error = try await coordinationError {
                    try await consul.withSemaphore(scene.name, limit: 2, options(scene)) { _ in }
                }
                #expect(error.code == .conflict)
                #expect(error.message.contains("limit of 1"))
            }
            try await expectFree(scene)
        }
    }

    // S11, S15
    @Test func `Keys of a lock and damaged records are not overwritten (S11, S15)`() async throws {
        let scene = try await LockScene()
        let key = "\(scene.name)/.lock"
        try await withConsul(scene.agent) { consul in
            let expected: [(UInt64, String, CoordinationError.Code)] = [
                (3_304_740_253_564_472_344, "a lock", .conflict), (0, "precious", .conflict),
                (0xe0f6_9a2b_aa41_4de0, "{damaged", .corrupt),
            ]
            for (flags, text, code) in expected {
                try await consul.keyValues.set(key, text.utf8, flags: flags)
                let error = try await coordinationError {
                    try await consul.withSemaphore(scene.name, limit: 2, options(scene)) { _ in }
                }
                #expect(error.code == code)
                let entry = try await scene.entry("/.lock")
                #expect(entry?.text == text)
                #expect(entry?.flags == flags)
            }
            let sessions = try await scene.sessions()
            #expect(sessions.isEmpty)
        }
    }

    // S9, S10
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A deleted tree, a destroyed session and a removal from the record lose the slot (S9, S10)`(
        dress: AgentDress
    ) async throws {
        let scene = try await LockScene(dress: dress)
        let causes: [@Sendable (HeldSlot) async throws -> Void] = [
            { _ in _ = try await scene.agent.delete("/v1/kv/\(scene.name)/?recurse") },
            { try await scene.destroy($0.session) },
            { _ in
                let record = #"{"Limit":2,"Holders":{}}"#
                _ = try await scene.agent.put("/v1/kv/\(scene.name)/.lock?flags=\(SemaphoreRecord.flags)", json: record)
            },
        ]
        try await withConsul(scene.agent) { consul in
            for cause in causes {
                let error = try await coordinationError {
                    try await withDeadline(.seconds(60), "the loss of a slot") {
                        try await consul.withSemaphore(scene.name, limit: 2, options(scene)) { slot in
                            try await cause(slot)
                            try? await untilCanceled()
                            #expect(!slot.isHeld)
                            #expect(throws: CoordinationError.self) { try slot.checkHeld() }
                        }
                    }
                }
                #expect(error.code == .lost)
            }
            let sessions = try await scene.sessions()
            #expect(sessions.isEmpty)
        }
    }

    // S13
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `The slot of a session that ended is free at once, in spite of its lock-delay (S13)`(
        dress: AgentDress
    ) async throws {
        let scene = try await LockScene(dress: dress)
        try await withConsul(scene.agent) { consul in
            var delayed = options(scene)
            delayed.session.lockDelay = .seconds(60)
            let isHeld = Signal<String>()
            let holder = Task { [delayed] in
                try await consul.withSemaphore(scene.name, limit: 1, delayed) { slot in
                    isHeld.send(slot.session)
                    try? await untilCanceled()
                }
            }
            let session = try #require(await isHeld.wait())
            let isWaiting = Signal<Void>()
            var waiting = options(scene)
            waiting.onWait = { _ in isWaiting.send(()) }
            try await withConsul(scene.agent) { [waiting] rival in
                async let token = rival.withSemaphore(scene.name, limit: 1, waiting) { $0.fencingToken }
                _ = await isWaiting.wait()
                try await scene.destroy(session)
                #expect(try await token > 0)
            }
            let error = try await coordinationError { try await holder.value(within: .seconds(40)) }
            #expect(error.code == .lost)
            try await expectFree(scene)
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A waiter for a slot that is canceled leaves no session and no key`(dress: AgentDress) async throws {
        let scene = try await LockScene(dress: dress)
        try await withConsul(scene.agent) { consul in
            try await consul.withSemaphore(scene.name, limit: 1, options(scene)) { slot in
                let isWaiting = Signal<Void>()
                var waiting = options(scene)
                waiting.onWait = { _ in isWaiting.send(()) }
                let task = Task { [waiting] in
                    try await consul.withSemaphore(scene.name, limit: 1, waiting) { _ in }
                }
                _ = await isWaiting.wait()
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value(within: .seconds(40)) }
                let sessions = try await scene.sessions()
                #expect(sessions == [slot.session])
            }
            try await expectFree(scene)
        }
    }

    // S5
    @Test func `Renewals keep a slot for several times its time to live (S5)`() async throws {
        let scene = try await LockScene()
        try await withConsul(scene.agent) { consul in
            let options = SemaphoreOptions(session: scene.options(timeToLive: .seconds(3)).session)
            try await consul.withSemaphore(scene.name, limit: 1, options) { slot in
                try await Task.sleep(for: .seconds(8))
                try await slot.commit([])
            }
        }
    }

    // S14
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A slot is shared with consul lock -n, in both directions (S14)`(dress: AgentDress) async throws {
        let scene = try await LockScene(dress: dress)
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = directory.path
        let exists: @Sendable (String) -> Bool = { FileManager.default.fileExists(atPath: "\(path)/\($0)") }
        try await withConsul(scene.agent) { consul in
            // Both slots are held, one by Consul's command: this library waits.
            let first = try consulLock(scene, "touch \(path)/held; while [ ! -e \(path)/end ]; do sleep 0.05; done")
            try await eventually("consul lock to hold", within: .seconds(40)) { exists("held") }
            let second = try await withDeadline(.seconds(100)) {
                try await consul.withSemaphore(scene.name, limit: 2, options(scene)) { slot in
                    let holders = try await holders(scene)
                    #expect(holders == 2)
                    let error = try await coordinationError {
                        try await consul.withSemaphore(scene.name, limit: 2, options(scene, wait: .once)) { _ in }
                    }
                    #expect(error.reason == .held)
                    let isWaiting = Signal<CoordinationError.Reason>()
                    var waiting = options(scene)
                    waiting.onWait = { isWaiting.send($0) }
                    async let second = consul.withSemaphore(scene.name, limit: 2, waiting) { _ in
                        // Both slots are held by this library: Consul's command waits.
                        let process = try consulLock(scene, "touch \(path)/second")
                        try await eventually("consul lock to wait", within: .seconds(40)) {
                            let sessions = try await scene.sessions()
                            return !first.isRunning && sessions.count >= 3
                        }
                        #expect(!exists("second"))
                        try slot.checkHeld()
                        return process
                    }
                    #expect(await isWaiting.wait() == .held)
                    _ = FileManager.default.createFile(atPath: "\(path)/end", contents: nil)
                    return try await second
                }
            }
            try await eventually("consul lock to hold after the release", within: .seconds(40)) { exists("second") }
            try await eventually("both commands to end", within: .seconds(40)) {
                !first.isRunning && !second.isRunning
            }
            #expect(first.terminationStatus == 0)
            #expect(second.terminationStatus == 0)
        }
    }

    /// Starts `consul lock -n 2`.
    private func consulLock(_ scene: LockScene, _ command: String) throws -> Process {
        try scene.agent.startConsul("lock", "-name=\(scene.name)", "-n=2", scene.name, command)
    }
}
