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
        let isHeld = Signal<HeldLock>()
        let end = Signal<Void>()

        func start(_ scene: LockScene, _ consul: ConsulHTTPClient, _ options: LockOptions) -> Task<Void, any Error> {
            Task {
                try await consul.withLock(scene.name, options) { lock in
                    isHeld.send(lock)
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

    /// Restores a snapshot while a program holds the lock and another one waits for it. The waiter acquires it.
    ///
    /// - Returns: The loss of the holder, and the reasons for which the waiter waited.
    private func restoreUnderHolder(
        _ snapshot: String,
        _ scene: LockScene,
        _ first: ConsulHTTPClient
    ) async throws -> (loss: CoordinationError, reasons: [CoordinationError.Reason]) {
        let (holder, reasons) = (Holder(), WatchedValue<[CoordinationError.Reason]>([]))
        defer { holder.end.send(()) }
        return try await withConsul(scene.agent) { second in
            let holding = holder.start(scene, first, scene.options())
            defer { holding.cancel() }
            _ = await holder.isHeld.wait()
            let waiter = try await wait(scene, second, reasons)
            defer { waiter.cancel() }
            try await restore(snapshot, scene)
            #expect(try await waiter.value(within: .seconds(100)) > 0)
            let loss = try await coordinationError { try await holding.value(within: .seconds(100)) }
            #expect(loss.code == .lost)
            return (loss, reasons.current)
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A lock that is in a restored snapshot is kept, and a waiter acquires it after its release`(
        dress: AgentDress
    ) async throws {
        try await withAgent(dress) { scene, snapshot in
            let (holder, reasons) = (Holder(), WatchedValue<[CoordinationError.Reason]>([]))
            try await withConsul(scene.agent) { first in
                try await withConsul(scene.agent) { second in
                    let holding = holder.start(scene, first, scene.options(timeToLive: .seconds(6)))
                    defer { holding.cancel() }
                    let lock = try #require(await holder.isHeld.wait())
                    let waiter = try await wait(scene, second, reasons)
                    defer { waiter.cancel() }
                    try await save(snapshot, scene)
                    // The indexes of the present state are beyond those of the snapshot.
                    for number in 0..<20 { _ = try await scene.agent.put("/v1/kv/later/\(number)", json: "x") }
                    try await restore(snapshot, scene)
                    try await scene.waitForRenewal("a renewal of the restored session", of: lock)
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
            try await save(snapshot, scene)
            try await withConsul(scene.agent) { first in
                let (loss, _) = try await restoreUnderHolder(snapshot, scene, first)
                // The waiter may hold the key by the time the holder looks.
                #expect([.keyDeleted, .sessionGone, .keyTaken].contains(loss.reason))
            }
            try await scene.expectNothingHeld()
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `An old lock in a restored snapshot is waited for until its session and the lock-delay have ended`(
        dress: AgentDress
    ) async throws {
        try await withAgent(dress) { scene, snapshot in
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
                let (loss, reasons) = try await restoreUnderHolder(snapshot, scene, first)
                #expect(reasons.contains(.lockDelay))
                #expect(try await first.sessions.session(old, consistency: .consistent).value == nil)
                #expect([.keyTaken, .keyReleased, .sessionGone].contains(loss.reason))
            }
            try await scene.expectNothingHeld()
        }
    }
}
