// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import TestSupport
import Testing

/// Tests the models with the answers of a real agent.
struct RealAnswerTests {
    @Test func `Decoded instances equal the registered ones`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        let registration = ServiceRegistration(
            "decoded",
            address: "10.1.2.3",
            port: 8443,
            tags: ["v1"],
            meta: ["quote": "\"<é>\u{1f600}\\\n"],
            passingWeight: 7,
            warningWeight: 3,
            checks: [.passing, .warning]
        )
        try await agent.register(registration, node: "decoded-node", nodeMeta: ["zone": "a"])
        let body = try await agent.get("/v1/health/service/decoded").body
        let entry = try #require(try ServiceEntry.decodeList(body, fields: .all).first)
        #expect(entry.node.name == "decoded-node" && entry.node.meta == ["zone": "a"])
        #expect(entry.service.meta == registration.meta)
        #expect(entry.service.tags == ["v1"] && entry.address == "10.1.2.3" && entry.service.port == 8443)
        #expect(entry.aggregatedStatus == .warning && entry.weight == 3 && entry.isHealthy())
    }

    @Test func `The agent, its catalog and its leader are decoded`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        let info = try AgentInfo(try await agent.get("/v1/agent/self").body)
        #expect(info.nodeName == agent.node && info.datacenter == "dc1" && info.isServer == true)
        #expect(info.dns.port == Int(agent.ports.dns) && info.dns.domain == "consul." && info.hasAccessControl == false)
        let services = try await agent.get("/v1/catalog/services").body
        #expect(try JSONReader.decode([String: [String]].self, services)["consul"] == [])
        let datacenters = try await agent.get("/v1/catalog/datacenters").body
        #expect(try JSONReader.decode([String].self, datacenters) == ["dc1"])
        let leader = try await agent.get("/v1/status/leader").body
        #expect(try JSONReader.decode(String.self, leader).hasPrefix("127.0.0.1:"))
    }

    @Test func `An agent's own services are decoded for every status of the answer`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await agent.registerLocally(ServiceRegistration("local-health", checks: [.warning]))
        let reply = try await agent.get("/v1/agent/health/service/name/local-health")
        #expect(reply.status == 429)
        let list = try AgentServiceHealth.decodeList(reply.body)
        #expect(list.map(\.status) == [.warning] && list.map(\.service.name) == ["local-health"])
        let one = try await agent.get("/v1/agent/health/service/id/local-health").body
        #expect(try AgentServiceHealth.decodeList(one) == list)
    }

    @Test func `A prepared query returns instances like those of the health API`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await agent.register(ServiceRegistration("queried", checks: [.passing]))
        try await agent.post("/v1/query", json: #"{"Name":"q","Service":{"Service":"queried"},"DNS":{"TTL":"10s"}}"#)
        let result = try PreparedQueryResult(try await agent.get("/v1/query/q/execute").body)
        let entries = try ServiceEntry.decodeList(try await agent.get("/v1/health/service/queried").body)
        #expect(result.nodes == entries && result.nodes.count == 1)
        #expect(result.timeToLive == .seconds(10) && result.datacenter == "dc1" && result.failovers == 0)
    }
}
