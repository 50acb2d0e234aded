// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import TestSupport
import Testing

/// Options that cannot work, too many tasks, and keys of locks that are deleted.
struct LockMisuseTests {
    // L2
    @Test(
        arguments: [
            { $0.timeToLive = .seconds(9) }, { $0.timeToLive = .seconds(86_401) }, { $0.lockDelay = .seconds(61) },
            { $0.lockDelay = .milliseconds(-1) },
            {
                $0.lockDelay = .zero
                $0.nodeChecks = ["serfHealth"]
            },
            {
                $0.lockDelay = .zero
                $0.serviceChecks = ["service:web-1"]
            },
        ] as [@Sendable (inout SessionOptions) -> Void]
    )
    func `Options that Consul would refuse or change are refused before any request (L2)`(
        change: @Sendable (inout SessionOptions) -> Void
    ) async throws {
        var session = SessionOptions.withoutHealthChecks(timeToLive: .seconds(10))
        change(&session)
        try await withScriptedHTTPServer(script: { _ in .silence }) { server in
            try await withConsul(port: server.port) { consul in
                let attempts: [@Sendable () async throws -> Void] = [
                    { [session] in try await consul.withLock("k", LockOptions(session: session)) { _ in } },
                    { [session] in try await consul.withLocks(["k", "l"], LockOptions(session: session)) { _ in } },
                    { [session] in
                        try await consul.withSemaphore("s", limit: 2, SemaphoreOptions(session: session)) { _ in }
                    },
                    { [session] in try await consul.withSession(session) { _ in } },
                    { [session] in _ = try await consul.sessions.create(session) },
                    { [session] in
                        _ = try LeaderElection(consul, key: "k", LockOptions(session: session)) { _ in }
                    },
                ]
                for attempt in attempts {
                    let error = try await coordinationError { try await attempt() }
                    #expect(error.code == .invalidArgument)
                }
            }
            #expect(server.requests.isEmpty)
        }
    }

    // L2
    @Test func `A time to wait that is not positive is a single try (L2)`() {
        #expect(LockOptions.Wait.atMost(.zero) == .once)
        #expect(LockOptions.Wait.atMost(.seconds(-1)) == .once)
        #expect(LockOptions.Wait.atMost(.nanoseconds(1)) != .once)
    }

    // L3
    @Test func `Of ten thousand tasks that try at once, one acquires the lock, and releases it once (L3)`() async throws
    {
        let count = 10_000
        let scene = try await LockScene()
        let occupancy = WatchedValue(Occupancy())
        let refused = WatchedValue(0)
        try await withConsul(scene.agent) { consul in
            let before = try await scene.entry()?.lockIndex ?? 0
            try await withDeadline(.seconds(200), "\(count) tasks") {
                await withTaskGroup { group in
                    for _ in 0..<count {
                        group.addTask {
                            do {
                                try await consul.withLock(scene.name, scene.options(wait: .once)) { lock in
                                    occupancy.update { $0.enter() }
                                    try await refused.wait("all others", within: .seconds(100)) { $0 >= count - 1 }
                                    try lock.checkHeld()
                                    occupancy.update { $0.leave() }
                                }
                            } catch let error as CoordinationError where error.reason == .held {
                                refused.update { $0 += 1 }
                            } catch {
                                Issue.record(error)
                            }
                        }
                    }
                }
            }
            #expect(occupancy.current.total == 1)
            #expect(refused.current == count - 1)
            try await scene.expectNothingHeld()
            #expect(try await scene.entry()?.lockIndex == before + 1)
        }
    }

    // L11
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `The key of a free lock can be deleted, and a check-and-set deletes none that is held (L11)`(
        dress: AgentDress
    ) async throws {
        let scene = try await LockScene(dress: dress)
        try await withConsul(scene.agent) { consul in
            let store = consul.keyValues
            try await consul.withLock(scene.name, scene.options()) { _ in }
            let free = try #require(try await scene.entry())
            // Neither the holder nor another program deletes it.
            try await consul.withLock(scene.name, scene.options()) { lock in
                #expect(try await !store.delete(scene.name, ifUnchangedSince: free.modifyIndex))
                try await lock.commit([])
            }
            let stranger = try await scene.holdAsStranger()
            #expect(try await !store.delete(scene.name, ifUnchangedSince: free.modifyIndex))
            #expect(try await scene.entry()?.session == stranger)
            try await scene.destroy(stranger)
            let last = try #require(try await scene.entry())
            #expect(last.session == nil)
            for _ in 0..<2 { #expect(try await store.delete(scene.name, ifUnchangedSince: last.modifyIndex)) }
            #expect(try await scene.entry() == nil)
            let token = try await consul.withLock(scene.name, scene.options()) { $0.fencingToken }
            #expect(token > last.modifyIndex)
        }
    }
}
