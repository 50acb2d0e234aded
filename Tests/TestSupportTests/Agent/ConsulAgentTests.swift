// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import TestSupport

@Suite("A consul agent of one's own")
struct ConsulAgentTests {
    @Test("answers, registers, and leaves neither process nor files when it is stopped")
    func lifeOfAnAgent() async throws {
        let agent = try await ConsulAgent.start()
        let pid = try #require(agent.processID)
        #expect(isAlive(pid))

        try await agent.register(
            ServiceRegistration(
                "web",
                address: "10.9.9.9",
                port: 8081,
                tags: ["v1"],
                meta: ["zone": "a"],
                passingWeight: 5,
                checks: [.warning]
            ),
            node: "foo"
        )
        let entries = try await agent.get("/v1/health/service/web")
        #expect(entries.status == 200)
        for expected in [#""Passing": 5"#, #""zone": "a""#, #""Status": "warning""#, #""Address": "10.9.9.9""#] {
            #expect(entries.body.contains(expected))
        }

        try await agent.deregister(node: "foo", serviceID: "web")
        #expect(try await agent.get("/v1/health/service/web").body.hasPrefix("[]"))

        try await agent.stop()
        #expect(!isAlive(pid))
        #expect(agent.processID == nil)
        #expect(!FileManager.default.fileExists(atPath: agent.files.directory))
        try await agent.stop()
    }

    @Test("registers two thousand instances through transactions")
    func bulkRegistration() async throws {
        try await withConsulAgent { agent in
            try await agent.registerInstances(of: "big", count: 2000, nodes: 3)
            let entries = try await agent.get("/v1/catalog/service/big")
            let count = entries.body.ranges(of: #""ServiceID": "big-"#).count
            #expect(count == 2000)
            #expect(entries.body.contains(#""ServiceAddress": "10.0.7.207""#))
        }
    }

    @Test("owns what is registered with it rather than in the catalog")
    func localRegistration() async throws {
        try await withConsulAgent { agent in
            try await agent.registerLocally(ServiceRegistration("own", checks: [.critical]))
            #expect(try await agent.get("/v1/agent/health/service/name/own").status == 503)
            try await agent.deregisterLocally(serviceID: "own")
            #expect(try await agent.get("/v1/agent/health/service/name/own").status == 404)
        }
    }

    @Test("merges a test's configuration over the basics, and uses the master token for commands")
    func configuration() async throws {
        let acl = #""acl": {"enabled": true, "default_policy": "deny", "tokens": {"master": "root"}}"#
        try await withConsulAgent(configuration: #"{"node_name": "me", \#(acl)}"#) { agent in
            #expect(agent.node == "me")
            try await agent.register(ServiceRegistration("web"))
            #expect(try await agent.get("/v1/catalog/service/web").body.hasPrefix("[]"))
            #expect(try await agent.get("/v1/catalog/service/web", token: "root").body.contains("web-node"))
        }
    }

    @Test("can be a server without a leader, or a client without servers", arguments: [ConsulAgentMode.lone, .client])
    func leaderless(mode: ConsulAgentMode) async throws {
        try await withConsulAgent(mode: mode) { agent in
            let leader = try await agent.get("/v1/status/leader")
            #expect(leader.body.hasPrefix(#""""#) || leader.status == 500)
        }
    }

    @Test("falls silent when paused and speaks again when resumed")
    func pausing() async throws {
        try await withConsulAgent { agent in
            try await agent.pause()
            await #expect(throws: DeadlineExceeded.self) {
                try await withDeadline(.milliseconds(300)) { try await agent.get("/v1/status/leader") }
            }
            try agent.resume()
            #expect(try await agent.get("/v1/status/leader").isSuccess)
        }
    }

    @Test("can be stopped while it is paused")
    func stoppingWhilePaused() async throws {
        let agent = try await ConsulAgent.start()
        let pid = try #require(agent.processID)
        try await agent.pause()
        try await agent.stop()
        #expect(!isAlive(pid))
    }

    @Test("comes back on its ports after it was killed")
    func killingAndRestarting() async throws {
        try await withConsulAgent { agent in
            let first = try #require(agent.processID)
            try await agent.kill()
            #expect(!isAlive(first))
            await #expect(throws: (any Error).self) { try await agent.get("/v1/status/leader") }
            await #expect(throws: ConsulAgentError.self) { try await agent.pause() }
            try await agent.restart()
            #expect(agent.processID != first)
            #expect(try await agent.get("/v1/status/leader").isSuccess)
        }
    }

    @Test("that cannot start says why, in consul's own words")
    func failingToStart() async throws {
        let error = await #expect(throws: ConsulAgentError.self) {
            try await ConsulAgent.start(configuration: #"{"datacenter": "not a datacenter!"}"#)
        }
        #expect(error?.description.contains("datacenter") == true)
    }

    @Test("throws when a command is refused")
    func refusal() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        await #expect(throws: ConsulAgentError.self) { try await agent.register(ServiceRegistration("")) }
    }

    @Test("is shared by all who ask for the same configuration")
    func sharing() async throws {
        let first = try await SharedConsulAgents.shared.agent(configuration: "{}")
        let second = try await SharedConsulAgents.shared.agent(configuration: " { } ")
        #expect(first === second)
    }
}
