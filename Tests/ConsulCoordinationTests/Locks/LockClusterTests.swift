// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import Foundation
import TestSupport
import Testing

/// Locks with Consul's own command line, in clusters and across datacenters.
struct LockClusterTests {
    /// Starts `consul lock`.
    private func consulLock(_ scene: LockScene, _ command: String) throws -> Process {
        try scene.agent.startConsul("lock", "-name=\(scene.name)", scene.name, command)
    }

    // L29
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A lock waits for consul lock, and consul lock for it (L29)`(dress: AgentDress) async throws {
        let scene = try await LockScene(dress: dress)
        let key = "\(scene.name)/.lock"
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = directory.path
        let exists: @Sendable (String) -> Bool = { FileManager.default.fileExists(atPath: "\(path)/\($0)") }
        try await withConsul(scene.agent) { consul in
            // Consul's command holds, and this library waits.
            let first = try consulLock(scene, "touch \(path)/held; while [ ! -e \(path)/end ]; do sleep 0.05; done")
            try await eventually("consul lock to hold") { exists("held") }
            let error = try await coordinationError {
                try await consul.withLock(key, scene.options(wait: .once)) { _ in }
            }
            #expect(error.reason == .held)
            let isWaiting = Signal<CoordinationError.Reason>()
            var options = scene.options()
            options.onWait = { isWaiting.send($0) }
            let second = try await withDeadline(.seconds(60)) { [options] in
                async let second = consul.withLock(key, options) { _ in
                    // This library holds, and Consul's command waits.
                    let process = try consulLock(scene, "touch \(path)/second")
                    try await eventually("consul lock to wait") {
                        let sessions = try await scene.sessions()
                        return !first.isRunning && sessions.count >= 2
                    }
                    #expect(!exists("second"))
                    return process
                }
                #expect(await isWaiting.wait() == .held)
                _ = FileManager.default.createFile(atPath: "\(path)/end", contents: nil)
                return try await second
            }
            try await eventually("consul lock to hold after the release", within: .seconds(40)) { exists("second") }
            try await eventually("both commands to end") { !first.isRunning && !second.isRunning }
            #expect(first.terminationStatus == 0)
            #expect(second.terminationStatus == 0)
        }
    }

    // E14
    @Test func `A leader of Consul that fails loses no lock (E14)`() async throws {
        try await withConsulCluster { cluster in
            let leader = try await cluster.leader()
            let follower = try #require(try await cluster.followers().first)
            let scene = LockScene(follower)
            try await withConsul(follower) { consul in
                let options = scene.options(timeToLive: .seconds(20), lockDelay: .seconds(1))
                let token = try await consul.withLock(scene.name, options) { lock in
                    try await leader.kill()
                    let next = try await cluster.leader()
                    #expect(next !== leader)
                    try await scene.waitForRenewal("a renewal with the next leader", of: lock)
                    try lock.checkHeld()
                    return lock.fencingToken
                }
                let again = try await consul.withLock(scene.name, options) { $0.fencingToken }
                #expect(again > token)
            }
        }
    }

    @Test func `A lock without health checks survives the restart of its agent`() async throws {
        try await withConsulCluster { cluster in
            let agent = try #require(try await cluster.followers().first)
            let scene = LockScene(agent)
            try await withConsul(agent) { consul in
                try await consul.withLock(scene.name, scene.options(timeToLive: .seconds(60))) { lock in
                    try await agent.kill()
                    try await agent.restart()
                    try await eventually("a fenced write", within: .seconds(40)) {
                        do { try await lock.commit([]) } catch is ConsulHTTPError { return false }
                        return true
                    }
                    try lock.checkHeld()
                }
            }
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A Consul that has lost its memory has lost the lock`(dress: AgentDress) async throws {
        try await withConsulAgent(dress: dress) { agent in
            let scene = LockScene(agent)
            try await withConsul(agent) { consul in
                let error = try await coordinationError {
                    try await consul.withLock(scene.name, scene.options()) { _ in
                        try await agent.kill()
                        try await agent.restart()
                        try await untilCanceled()
                    }
                }
                #expect(error.code == .lost)
                #expect([.sessionGone, .keyDeleted].contains(error.reason))
            }
        }
    }

    @Test func `A Consul that is gone ends the body when the lease ends`() async throws {
        try await withConsulAgent(configuration: LockScene.configuration) { agent in
            let scene = LockScene(agent)
            try await withConsul(agent) { consul in
                let error = try await coordinationError {
                    try await consul.withLock(scene.name, scene.options(timeToLive: .seconds(3))) { _ in
                        try await agent.kill()
                        try await untilCanceled()
                    }
                }
                #expect(error.code == .lost)
                #expect(error.reason == .leaseExpired)
            }
        }
    }

    @Test func `A lock of another datacenter excludes the holders of both`() async throws {
        let federation = try await SharedConsulAgents.shared.federation()
        let (near, far) = (LockScene(federation.dc1), LockScene(federation.dc2))
        try await withConsul(federation.dc1) { consul in
            try await withConsul(federation.dc2) { remote in
                var options = near.options()
                options.datacenter = "dc2"
                try await consul.withLock(near.name, options) { [options] lock in
                    let session = try await remote.sessions.session(lock.session).value
                    #expect(session?.node == federation.dc2.node)
                    #expect(session?.nodeChecks == [])
                    let error = try await coordinationError {
                        try await remote.withLock(near.name, far.options(wait: .once)) { _ in }
                    }
                    #expect(error.reason == .held)
                    try await lock.commit([.set("\(near.name)/data", [1])])
                    #expect(options.datacenter == "dc2")
                }
                let data = try await remote.keyValues.entry("\(near.name)/data").value
                #expect(data?.value == [1])
                let local = try await consul.keyValues.entry("\(near.name)/data").value
                #expect(local == nil)
                let token = try await remote.withLock(near.name, far.options(wait: .once)) { $0.fencingToken }
                #expect(token > 0)
            }
        }
    }

    @Test func `The loss of the server that a session of another datacenter belongs to is a loss of the lock`()
        async throws
    {
        try await withConsulFederation { federation in
            let scene = LockScene(federation.dc1)
            // A node of the catalog without an agent stands for a server that leaves.
            let registration = """
                {"Datacenter": "dc2", "Node": "leaving", "Address": "127.0.0.1"}
                """
            let registered = try await federation.dc2.put("/v1/catalog/register", json: registration)
            #expect(registered.isSuccess)
            try await withConsul(federation.dc1) { consul in
                var options = scene.options()
                options.datacenter = "dc2"
                options.session.node = "leaving"
                let error = try await coordinationError {
                    try await consul.withLock(scene.name, options) { _ in
                        let node = #"{"Datacenter": "dc2", "Node": "leaving"}"#
                        _ = try await federation.dc2.put("/v1/catalog/deregister", json: node)
                        try await untilCanceled()
                    }
                }
                #expect(error.code == .lost)
                #expect([.keyReleased, .sessionGone].contains(error.reason))
            }
        }
    }
}
