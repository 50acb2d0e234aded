// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import TestSupport
import Testing

/// Prepared queries of a real agent.
struct PreparedQueryTests {
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A prepared query is created, read, listed, replaced and deleted (Q1)`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            var query = PreparedQuery("q1-name", service: "q1")
            (query.nearestDatacenters, query.datacenters, query.onlyPassing) = (2, ["dc7"], true)
            (query.tags, query.near, query.timeToLive) = (["a", "!b"], "_agent", .seconds(10))
            (query.nodeMeta, query.serviceMeta, query.ignoredChecks) = (["rack": "1"], ["v": "2"], ["c"])
            query.id = try await consul.create(query)
            #expect(query.id.count == 36)
            #expect(try await consul.preparedQuery(id: query.id) == query)
            #expect(try await consul.preparedQueries().value.contains(query))
            #expect(try await consul.explain(preparedQuery: "q1-name") == query)

            (query.tags, query.onlyPassing, query.timeToLive) = ([], false, nil)
            try await consul.update(query)
            #expect(try await consul.preparedQuery(id: query.id) == query)
            try await consul.deletePreparedQuery(id: query.id)
            #expect(try await consul.preparedQuery(id: query.id) == nil)
        }
    }

    @Test func `A template answers for other names, and explains itself (Q1)`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            var query = PreparedQuery("q1-template-", service: "${match(1)}")
            query.template = .init()
            query.template?.expression = "^q1-template-(.+)$"
            query.id = try await consul.create(query)
            #expect(try await consul.preparedQuery(id: query.id) == query)
            #expect(try await consul.explain(preparedQuery: "q1-template-web").service == "web")
            try await consul.deletePreparedQuery(id: query.id)
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A query leaves out an instance with a failing check, unless the check is ignored (Q1)`(
        dress: AgentDress
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            var service = ExternalNode.Service("q1-failing")
            service.status = .critical
            try await consul.register(ExternalNode("q1-node", address: "10.1.1.1"), service: service)
            var query = PreparedQuery("q1-failing", service: "q1-failing")
            query.id = try await consul.create(query)
            for key in ["q1-failing", query.id] {
                #expect(try await consul.execute(preparedQuery: key).value.nodes.isEmpty)
            }
            query.ignoredChecks = ["service:q1-failing"]
            try await consul.update(query)
            let result = try await consul.execute(preparedQuery: "q1-failing").value
            #expect(result.nodes.map(\.node.name) == ["q1-node"] && result.datacenter == "dc1")
            try await consul.deletePreparedQuery(id: query.id)
            try await consul.deregister(externalNode: "q1-node")
        }
    }

    @Test func `Unknown queries are not found, and a second query of a name is a conflict (Q2)`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            let unknown = "11111111-2222-3333-4444-555555555555"
            #expect(try await consul.preparedQuery(id: unknown) == nil)
            let executed = await #expect(throws: ConsulHTTPError.self) {
                try await consul.execute(preparedQuery: "q2-unknown")
            }
            #expect(executed?.code == .notFound)
            let explained = await #expect(throws: ConsulHTTPError.self) {
                try await consul.explain(preparedQuery: "q2-unknown")
            }
            #expect(explained?.code == .notFound)

            let query = PreparedQuery("q2-twice", service: "web")
            let id = try await consul.create(query)
            let conflict = await #expect(throws: CoordinationError.self) { try await consul.create(query) }
            #expect(conflict?.code == .conflict)
            try await consul.deletePreparedQuery(id: id)
        }
    }

    @Test func `A query whose failover names an unknown datacenter finds nothing, and fails not (Q2)`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            var query = PreparedQuery("q2-failover", service: "q2-none")
            query.datacenters = ["nowhere"]
            let id = try await consul.create(query)
            let result = try await consul.execute(preparedQuery: id).value
            #expect(result.nodes.isEmpty && result.failovers == 0)
            try await consul.deletePreparedQuery(id: id)
        }
    }

    @Test func `A page that is not Consul's is no absence of a query`() async throws {
        let script: ScriptedHTTPServer.Script = { _ in [.reply(ConsulReply(404, body: Array("no such page".utf8)))] }
        try await withScriptedHTTPServer(script: script) { server in
            try await withConsul(port: server.port) { consul in
                _ = await #expect(throws: ConsulHTTPError.self) { try await consul.preparedQuery(id: "1") }
            }
        }
    }
}
