// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import TestSupport
import Testing

/// Locks that are acquired, waited for and released, against real agents.
struct LockTests {
    // L1, L6
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A lock is held while its body runs and free after it, with its value (L1, L6)`(dress: AgentDress) async throws
    {
        let scene = try await LockScene(dress: dress)
        try await withConsul(scene.agent) { consul in
            var options = scene.options()
            options.value = Array("leader-1".utf8)
            let token = try await consul.withLock(scene.name, options) { lock in
                let entry = try #require(try await scene.entry())
                #expect(entry.session == lock.session)
                #expect(entry.flags == 3_304_740_253_564_472_344)
                #expect(entry.text == "leader-1")
                #expect(entry.modifyIndex == lock.fencingToken)
                #expect(lock.isHeld)
                #expect(lock.remaining > .zero)
                let sessions = try await scene.sessions()
                #expect(sessions == [lock.session])
                return lock.fencingToken
            }
            let entry = try #require(try await scene.entry())
            #expect(entry.session == nil)
            #expect(entry.text == "leader-1")
            #expect(entry.flags == 3_304_740_253_564_472_344)
            #expect(entry.modifyIndex > token)
            try await scene.expectNothingHeld()
        }
    }

    @Test func `The error of a body is thrown after the release`() async throws {
        struct Broken: Error {}
        let scene = try await LockScene()
        try await withConsul(scene.agent) { consul in
            await #expect(throws: Broken.self) {
                try await consul.withLock(scene.name, scene.options()) { _ in throw Broken() }
            }
            try await scene.expectNothingHeld()
        }
    }

    // L4, L17
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A lock that is held is not acquired within the time to wait, and is after its release (L4, L17)`(
        dress: AgentDress
    ) async throws {
        let scene = try await LockScene(dress: dress)
        let holder = try await scene.holdAsStranger()
        try await withConsul(scene.agent) { consul in
            for wait in [LockOptions.Wait.once, .atMost(.seconds(3))] {
                let start = ContinuousClock.now
                let error = try await coordinationError {
                    try await consul.withLock(scene.name, scene.options(wait: wait)) { _ in }
                }
                #expect(error.code == .notAcquired)
                #expect(error.reason == .held)
                #expect(wait == .once || start.duration(to: .now) >= .seconds(3))
            }
            let sessions = try await scene.sessions()
            #expect(sessions.isEmpty)
            let reasons = WatchedValue<[CoordinationError.Reason]>([])
            var options = scene.options()
            options.onWait = { reason in reasons.update { $0.append(reason) } }
            async let token = consul.withLock(scene.name, options) { $0.fencingToken }
            try await reasons.wait("the waiter to wait", within: .seconds(20)) { $0 == [.held] }
            let released = try await scene.agent.put("/v1/kv/\(scene.name)?release=\(holder)&flags=3304740253564472344")
            #expect(released.body.hasPrefix("true"))
            #expect(try await token > 0)
            try await scene.expectNothingHeld()
        }
    }

    // L8, L9
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `Ten contenders of ten clients all acquire the lock, one at a time (L8, L9)`(dress: AgentDress) async throws {
        let scene = try await LockScene(dress: dress)
        let occupancy = WatchedValue(Occupancy())
        try await withDeadline(.seconds(60), "ten contenders") {
            try await withThrowingTaskGroup { group in
                for _ in 0..<10 {
                    group.addTask {
                        try await withConsul(scene.agent) { consul in
                            try await consul.withLock(scene.name, scene.options()) { _ in
                                occupancy.update { $0.enter() }
                                await Task.yield()
                                occupancy.update { $0.leave() }
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        #expect(occupancy.current.total == 10)
        #expect(occupancy.current.most == 1)
        try await scene.expectNothingHeld()
    }

    // L34
    @Test func `Fifty tasks of one client hold the lock one at a time, with one session at a time (L34)`() async throws
    {
        let scene = try await LockScene()
        let occupancy = WatchedValue(Occupancy())
        let tokens = WatchedValue<[UInt64]>([])
        try await withConsul(scene.agent) { consul in
            try await withDeadline(.seconds(100), "fifty tasks") {
                try await withThrowingTaskGroup { group in
                    for _ in 0..<50 {
                        group.addTask {
                            try await consul.withLock(scene.name, scene.options()) { lock in
                                occupancy.update { $0.enter() }
                                tokens.update { $0.append(lock.fencingToken) }
                                occupancy.update { $0.leave() }
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }
        #expect(occupancy.current.total == 50)
        #expect(occupancy.current.most == 1)
        #expect(zip(tokens.current, tokens.current.dropFirst()).allSatisfy { $0 < $1 })
        try await scene.expectNothingHeld()
    }

    // L10, L16, L31
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A lock-delay is reported, and a waiter acquires the lock after it (L10, L16, L31)`(
        dress: AgentDress
    ) async throws {
        let scene = try await LockScene(dress: dress)
        let holder = try await scene.holdAsStranger(lockDelay: "5s")
        try await scene.destroy(holder)
        try await withConsul(scene.agent) { consul in
            for wait in [LockOptions.Wait.once, .atMost(.seconds(1)), .atMost(.zero)] {
                let error = try await coordinationError {
                    try await consul.withLock(scene.name, scene.options(wait: wait)) { _ in }
                }
                #expect(error.code == .notAcquired)
                #expect(error.reason == .lockDelay)
            }
            let reasons = WatchedValue<[CoordinationError.Reason]>([])
            var options = scene.options()
            options.onWait = { reason in reasons.update { $0.append(reason) } }
            _ = try await consul.withLock(scene.name, options) { $0.fencingToken }
            #expect(reasons.current == [.lockDelay])
            try await scene.expectNothingHeld()
        }
    }

    // L19
    @Test func `A task that is canceled already sends no request (L19)`() async throws {
        let scene = try await LockScene()
        try await withConsul(scene.agent) { consul in
            let gate = Signal<Void>()
            let task = Task {
                while !Task.isCancelled { await Task.yield() }
                try await consul.withLock(scene.name, scene.options()) { _ in gate.send(()) }
            }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value(within: .seconds(20)) }
            #expect(gate.current == nil)
            try await scene.expectNothingHeld()
            let entry = try await scene.entry()
            #expect(entry == nil)
        }
    }

    // L20
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A waiter that is canceled leaves at once, and leaves no session (L20)`(dress: AgentDress) async throws {
        let scene = try await LockScene(dress: dress)
        let holder = try await scene.holdAsStranger()
        try await withConsul(scene.agent) { consul in
            let isWaiting = Signal<Void>()
            var options = scene.options()
            options.onWait = { _ in isWaiting.send(()) }
            let task = Task { [options] in try await consul.withLock(scene.name, options) { _ in } }
            _ = await isWaiting.wait()
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value(within: .seconds(20)) }
            let sessions = try await scene.sessions()
            #expect(sessions.isEmpty)
            let entry = try await scene.entry()
            #expect(entry?.session == holder)
        }
    }

    // L13, L30
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A key of another program is not overwritten, also if it appears while the lock is waited for (L13, L30)`(
        dress: AgentDress
    ) async throws {
        let scene = try await LockScene(dress: dress)
        try await withConsul(scene.agent) { consul in
            for flags: UInt64 in [0, 7, 0xe0f6_9a2b_aa41_4de0] {
                _ = try await scene.agent.put("/v1/kv/\(scene.name)?flags=\(flags)", json: "precious")
                let error = try await coordinationError {
                    try await consul.withLock(scene.name, scene.options()) { _ in }
                }
                #expect(error.code == .conflict)
                let entry = try await scene.entry()
                #expect(entry?.text == "precious")
                #expect(entry?.flags == flags)
            }
            _ = try await scene.agent.delete("/v1/kv/\(scene.name)")
            _ = try await scene.holdAsStranger()
            let isWaiting = Signal<Void>()
            var options = scene.options()
            options.onWait = { _ in isWaiting.send(()) }
            let task = Task { [options] in try await consul.withLock(scene.name, options) { _ in } }
            _ = await isWaiting.wait()
            let replacement = """
                [{"KV": {"Verb": "delete", "Key": "\(scene.name)"}},
                 {"KV": {"Verb": "set", "Key": "\(scene.name)", "Value": "cHJlY2lvdXM="}}]
                """
            _ = try await scene.agent.put("/v1/txn", json: replacement)
            let error = try await coordinationError { try await task.value(within: .seconds(20)) }
            #expect(error.code == .conflict)
            let entry = try await scene.entry()
            #expect(entry?.text == "precious")
            try await scene.expectNothingHeld()
        }
    }

    // L23
    @Test func `The fencing token grows across releases, deletions and writes by others (L23)`() async throws {
        let scene = try await LockScene()
        try await withConsul(scene.agent) { consul in
            var tokens: [UInt64] = []
            for number in 0..<6 {
                tokens.append(try await consul.withLock(scene.name, scene.options()) { $0.fencingToken })
                if number % 3 == 1 { _ = try await scene.agent.delete("/v1/kv/\(scene.name)") }
                if number % 3 == 2 {
                    _ = try await scene.agent.put("/v1/kv/\(scene.name)?flags=3304740253564472344", json: "x")
                }
            }
            #expect(zip(tokens, tokens.dropFirst()).allSatisfy { $0 < $1 })
        }
    }

    // L33
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `Several locks are acquired together or not at all (L33)`(dress: AgentDress) async throws {
        let scene = try await LockScene(dress: dress)
        let holder = try await scene.holdAsStranger()
        let other = "\(scene.name)/other"
        try await withConsul(scene.agent) { consul in
            let error = try await coordinationError {
                try await consul.withLocks([scene.name, other], scene.options(wait: .once)) { _ in }
            }
            #expect(error.code == .notAcquired)
            let entry = try await scene.entry("/other")
            #expect(entry == nil)
            _ = try await scene.agent.put("/v1/kv/\(scene.name)?release=\(holder)&flags=3304740253564472344")
            try await consul.withLocks([scene.name, other], scene.options()) { locks in
                #expect(locks.map(\.key) == [scene.name, other])
                #expect(locks[0].session == locks[1].session)
                for suffix in ["", "/other"] {
                    let entry = try await scene.entry(suffix)
                    #expect(entry?.session == locks[0].session)
                }
            }
            let after = try await scene.entry("/other")
            #expect(after?.session == nil)
            try await scene.expectNothingHeld()
        }
    }

    @Test func `A body acquires a lock that a task waits for together with the lock of the body`() async throws {
        let scene = try await LockScene()
        let (first, second) = (scene.name + "/a", scene.name + "/b")
        try await withConsul(scene.agent) { consul in
            let count = try await withDeadline(.seconds(60), "both tasks") {
                let isWaiting = Signal<Void>()
                var waiting = scene.options()
                waiting.onWait = { _ in isWaiting.send(()) }
                let both = try await consul.withLock(second, scene.options()) { [waiting] _ in
                    let both = Task { try await consul.withLocks([first, second], waiting) { $0.count } }
                    _ = await isWaiting.wait()
                    try await consul.withLock(first, scene.options()) { #expect($0.isHeld) }
                    return both
                }
                return try await both.value
            }
            #expect(count == 2)
        }
    }

    @Test func `Two tasks that want the same locks in another order both get them`() async throws {
        let scene = try await LockScene()
        let keys = ["\(scene.name)/a", "\(scene.name)/b"]
        try await withConsul(scene.agent) { consul in
            try await withDeadline(.seconds(60), "twenty tasks") {
                try await withThrowingTaskGroup { group in
                    for number in 0..<20 {
                        let keys = number % 2 == 0 ? keys : keys.reversed()
                        group.addTask { try await consul.withLocks(keys, scene.options()) { _ in } }
                    }
                    try await group.waitForAll()
                }
            }
        }
        try await scene.expectNothingHeld()
    }

    @Test(arguments: [[], ["a", "a"], [""], ["/a"], ["a//b"]])
    func `Keys that cannot be locks are refused without a request`(keys: [String]) async throws {
        try await withConsul(port: 1) { consul in
            let error = try await coordinationError {
                try await consul.withLocks(keys, LockOptions(timeToLive: .seconds(10))) { _ in }
            }
            #expect(error.code == .invalidArgument)
        }
    }

    // L12
    @Test func `The end of a session that holds two locks loses both (L12)`() async throws {
        let scene = try await LockScene()
        try await withConsul(scene.agent) { consul in
            let errors = WatchedValue<[CoordinationError]>([])
            let error = try await coordinationError {
                try await consul.withSession(scene.options(timeToLive: .seconds(3)).session) { session in
                    let isHeld = WatchedValue(0)
                    try await withThrowingTaskGroup { group in
                        for suffix in ["/a", "/b"] {
                            group.addTask {
                                let error = try await coordinationError {
                                    try await session.withLock(scene.name + suffix) { _ in
                                        isHeld.update { $0 += 1 }
                                        try await untilCanceled()
                                    }
                                }
                                errors.update { $0.append(error) }
                            }
                        }
                        try await isHeld.wait("two locks", within: .seconds(20)) { $0 == 2 }
                        try await scene.destroy(session.id)
                        try await group.waitForAll()
                        try await untilCanceled()
                    }
                }
            }
            #expect(error.reason == .sessionGone)
            #expect(errors.current.count == 2)
            #expect(errors.current.allSatisfy { [.keyReleased, .sessionGone].contains($0.reason) })
        }
    }

    @Test func `One session holds several locks`() async throws {
        let scene = try await LockScene()
        try await withConsul(scene.agent) { consul in
            try await consul.withSession(scene.options().session) { session in
                try await session.withLock("\(scene.name)/a") { first in
                    try await session.withLock("\(scene.name)/b") { second in
                        #expect(first.session == session.id)
                        #expect(second.session == session.id)
                        let sessions = try await scene.sessions()
                        #expect(sessions == [session.id])
                    }
                    let second = try await scene.entry("/b")
                    #expect(second?.session == nil)
                    #expect(first.isHeld)
                }
            }
            try await scene.expectNothingHeld()
        }
    }
}
