// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import Foundation
import TestSupport
import Testing

/// Locks of a Consul that is restored from a snapshot while they are held and waited for.
struct RestoredSnapshotTests {
    /// Calls a body with an agent of its own, and a path for a snapshot.
    private func withAgent(
        _ dress: AgentDress,
        _ body: (LockScene, _ snapshot: String) async throws -> Void
    ) async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).snapshot")
        defer { try? FileManager.default.removeItem(at: file) }
        try await withConsulAgent(configuration: LockScene.configuration, dress: dress) { agent in
            try await body(LockScene(agent), file.path)
        }
    }

    private func save(_ snapshot: String, _ scene: LockScene) async throws {
        let result = try await scene.agent.runConsul("snapshot", "save", snapshot)
        try #require(result.status == 0, "\(result.errors)")
    }

    private func restore(_ snapshot: String, _ scene: LockScene) async throws {
        let result = try await scene.agent.runConsul("snapshot", "restore", snapshot)
        try #require(result.status == 0, "\(result.errors)")
    }

    /// A task that holds the lock until it is lost, or until the signal is sent.
    private struct Holder: Sendable {
        let isHeld = Signal<UInt64>()
        let end = Signal<Void>()

        func start(_ scene: LockScene, _ consul: ConsulHTTPClient, _ options: LockOptions) -> Task<Void, any Error> {
            Task {
                try await consul.withLock(scene.name, options) { lock in
                    isHeld.send(lock.fencingToken)
                    _ = await end.wait()
                    try await lock.commit([])
                }
            }
        }
    }

    /// A task that waits for the lock in another program.
    private func wait(
        _ scene: LockScene,
        _ consul: ConsulHTTPClient,
        _ reasons: WatchedValue<[CoordinationError.Reason]>
    ) async throws -> Task<UInt64, any Error> {
        var options = scene.options()
        options.onWait = { reason in reasons.update { $0.append(reason) } }
        let task = Task { [options] in try await consul.withLock(scene.name, options) { $0.fencingToken } }
        try await reasons.wait("the waiter to wait", within: .seconds(60)) { !$0.isEmpty }
        return task
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A lock that is in a restored snapshot is kept, and a waiter acquires it after its release`(
        dress: AgentDress
    ) async throws {
        try await withAgent(dress) { scene, snapshot in
            let (holder, reasons) = (Holder(), WatchedValue<[CoordinationError.Reason]>([]))
            try await withConsul(scene.agent) { first in
                try await withConsul(scene.agent) { second in
                    let session = Signal<HeldLock>()
                    let holding = Task {
                        try await first.withLock(scene.name, scene.options(timeToLive: .seconds(6))) { lock in
                            session.send(lock)
                            _ = await holder.end.wait()
                            try await lock.commit([])
                        }
                    }
                    defer { holding.cancel() }
                    let lock = try #require(await session.wait())
                    let waiter = try await wait(scene, second, reasons)
                    defer { waiter.cancel() }
                    try await save(snapshot, scene)
                    // The indexes of the present state are beyond those of the snapshot.
                    for number in 0..<20 { _ = try await scene.agent.put("/v1/kv/later/\(number)", json: "x") }
                    try await restore(snapshot, scene)
                    // The remaining time grows only when a renewal succeeds.
                    let last = WatchedValue(lock.remaining)
                    try await eventually("a renewal of the restored session", within: .seconds(60)) {
                        let remaining = lock.remaining
                        return last.update { last in
                            defer { last = remaining }
                            return remaining > last
                        }
                    }
                    try await eventually("a fenced write", within: .seconds(60)) {
                        do { try await lock.commit([]) } catch is ConsulHTTPError { return false }
                        return true
                    }
                    #expect(try await scene.entry()?.session == lock.session)
                    holder.end.send(())
                    try await holding.value(within: .seconds(60))
                    #expect(try await waiter.value(within: .seconds(100)) > 0)
                }
            }
            try await scene.expectNothingHeld()
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A lock that is not in a restored snapshot is lost, and a waiter acquires it with another session`(
        dress: AgentDress
    ) async throws {
        try await withAgent(dress) { scene, snapshot in
            let (holder, reasons) = (Holder(), WatchedValue<[CoordinationError.Reason]>([]))
            defer { holder.end.send(()) }
            try await save(snapshot, scene)
            try await withConsul(scene.agent) { first in
                try await withConsul(scene.agent) { second in
                    let holding = holder.start(scene, first, scene.options())
                    defer { holding.cancel() }
                    _ = await holder.isHeld.wait()
                    let waiter = try await wait(scene, second, reasons)
                    defer { waiter.cancel() }
                    try await restore(snapshot, scene)
                    #expect(try await waiter.value(within: .seconds(100)) > 0)
                    let error = try await coordinationError { try await holding.value(within: .seconds(100)) }
                    #expect(error.code == .lost)
                    #expect([.keyDeleted, .sessionGone].contains(error.reason))
                }
            }
            try await scene.expectNothingHeld()
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `An old lock in a restored snapshot is waited for until its session and the lock-delay have ended`(
        dress: AgentDress
    ) async throws {
        try await withAgent(dress) { scene, snapshot in
            let (holder, reasons) = (Holder(), WatchedValue<[CoordinationError.Reason]>([]))
            defer { holder.end.send(()) }
            try await withConsul(scene.agent) { first in
                // A program that had the lock when the snapshot was saved, and has ended since then.
                let old = try await first.sessions.create(
                    scene.options(timeToLive: .seconds(3), lockDelay: .seconds(3)).session
                )
                try await first.keyValues.commit(
                    KeyValueTransaction([.lock(scene.name, [], flags: 3_304_740_253_564_472_344, session: old)])
                )
                try await save(snapshot, scene)
                _ = try await scene.agent.put("/v1/kv/\(scene.name)?release=\(old)&flags=3304740253564472344")
                try await scene.destroy(old)
                try await withConsul(scene.agent) { second in
                    let holding = holder.start(scene, first, scene.options())
                    defer { holding.cancel() }
                    _ = await holder.isHeld.wait()
                    let waiter = try await wait(scene, second, reasons)
                    defer { waiter.cancel() }
                    try await restore(snapshot, scene)
                    #expect(try await waiter.value(within: .seconds(100)) > 0)
                    #expect(reasons.current.contains(.lockDelay))
                    #expect(try await first.sessions.session(old, consistency: .consistent).value == nil)
                    let error = try await coordinationError { try await holding.value(within: .seconds(100)) }
                    #expect(error.code == .lost)
                    #expect([.keyTaken, .keyReleased, .sessionGone].contains(error.reason))
                }
            }
            try await scene.expectNothingHeld()
        }
    }
}
