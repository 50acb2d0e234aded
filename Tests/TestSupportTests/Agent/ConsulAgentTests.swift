// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import TestSupport

struct ConsulAgentTests {
    @Test
    func `An agent answers, registers services, and leaves neither process nor files when stopped`() async throws {
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

    @Test func `An agent registers two thousand instances in transactions`() async throws {
        try await withConsulAgent { agent in
            try await agent.registerInstances(of: "big", count: 2000, nodes: 3)
            let entries = try await agent.get("/v1/catalog/service/big")
            let count = entries.body.ranges(of: #""ServiceID": "big-"#).count
            #expect(count == 2000)
            #expect(entries.body.contains(#""ServiceAddress": "10.0.7.207""#))
        }
    }

    @Test
    func `An agent owns the services registered with it, not those in the catalog`() async throws {
        try await withConsulAgent { agent in
            try await agent.registerLocally(ServiceRegistration("own", checks: [.critical]))
            #expect(try await agent.get("/v1/agent/health/service/name/own").status == 503)
            try await agent.deregisterLocally(serviceID: "own")
            #expect(try await agent.get("/v1/agent/health/service/name/own").status == 404)
        }
    }

    @Test
    func `An agent's configuration is merged over the defaults, and commands use its master token`() async throws {
        let acl = #""acl": {"enabled": true, "default_policy": "deny", "tokens": {"master": "root"}}"#
        try await withConsulAgent(configuration: #"{"node_name": "me", \#(acl)}"#) { agent in
            #expect(agent.node == "me")
            try await agent.register(ServiceRegistration("web"))
            #expect(try await agent.get("/v1/catalog/service/web").body.hasPrefix("[]"))
            #expect(try await agent.get("/v1/catalog/service/web", token: "root").body.contains("web-node"))
        }
    }

    @Test(arguments: [ConsulAgentMode.lone, .client])
    func `An agent can be a server without a leader or a client without servers`(mode: ConsulAgentMode) async throws {
        try await withConsulAgent(mode: mode) { agent in
            let leader = try await agent.get("/v1/status/leader")
            #expect(leader.body.hasPrefix(#""""#) || leader.status == 500)
        }
    }

    @Test func `A paused agent does not answer, and answers again when resumed`() async throws {
        try await withConsulAgent { agent in
            try await agent.pause()
            await #expect(throws: DeadlineExceeded.self) {
                try await withDeadline(.milliseconds(300)) { try await agent.get("/v1/status/leader") }
            }
            try agent.resume()
            #expect(try await agent.get("/v1/status/leader").isSuccess)
        }
    }

    @Test func `A paused agent can be stopped`() async throws {
        let agent = try await ConsulAgent.start()
        let pid = try #require(agent.processID)
        try await agent.pause()
        try await agent.stop()
        #expect(!isAlive(pid))
    }

    @Test func `A killed agent restarts on its ports`() async throws {
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

    @Test func `An agent that cannot start throws an error with consul's own reason`() async throws {
        let error = await #expect(throws: ConsulAgentError.self) {
            try await ConsulAgent.start(configuration: #"{"datacenter": "not a datacenter!"}"#)
        }
        #expect(error?.description.contains("datacenter") == true)
    }

    @Test func `A refused command throws an error`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        await #expect(throws: ConsulAgentError.self) { try await agent.register(ServiceRegistration("")) }
    }

    @Test func `Equal configurations share one agent`() async throws {
        let first = try await SharedConsulAgents.shared.agent(configuration: "{}")
        let second = try await SharedConsulAgents.shared.agent(configuration: " { } ")
        #expect(first === second)
    }
}
