// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import TestSupport
import Testing

/// Reads of the catalog of a real agent, and registrations of external nodes.
struct CatalogTests {
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `An external node is registered, read and removed (Q5)`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            var node = ExternalNode("q5-node", address: "db.example.com")
            node.meta["zone"] = "a"
            var service = ExternalNode.Service("q5", id: "q5-1")
            (service.port, service.address, service.tags, service.meta) = (5432, "10.0.0.5", ["main"], ["v": "2"])
            try await consul.register(node, service: service)
            try await consul.register(node, service: service)

            let nodes = try await consul.nodes()
            #expect(nodes.metadata.index ?? 0 > 0)
            let read = try #require(nodes.value.first { $0.name == "q5-node" })
            #expect(read.address == "db.example.com" && read.datacenter == "dc1")
            #expect(read.meta == ["external-node": "true", "zone": "a"])
            #expect(nodes.value.contains { $0.name == agent.node && !$0.id.isEmpty })

            let instance = try #require(try await consul.services(onNode: "q5-node").value?.first)
            #expect((instance.id, instance.name, instance.port) == ("q5-1", "q5", 5432))
            #expect((instance.address, instance.tags, instance.meta) == ("10.0.0.5", ["main"], ["v": "2"]))
            // Without a status there is no check, so the instance counts as passing.
            #expect(
                try await consul.serviceHealth(ServiceHealthRequest("q5")).value.map(\.aggregatedStatus) == [.passing]
            )

            try await consul.deregister(externalNode: "q5-node", service: "q5-1")
            #expect(try await consul.services(onNode: "q5-node").value == [])
            try await consul.deregister(externalNode: "q5-node")
            #expect(try await consul.services(onNode: "q5-node").value == nil)
            try await consul.deregister(externalNode: "q5-node")
        }
    }

    @Test func `A node with an agent is neither registered nor removed in the catalog`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            let attempts: [() async throws -> Void] = [
                { try await consul.register(ExternalNode(agent.node, address: "10.0.0.1")) },
                { try await consul.deregister(externalNode: agent.node) },
                { try await consul.deregister(externalNode: agent.node, service: "consul") },
            ]
            for attempt in attempts {
                let error = await #expect(throws: CoordinationError.self) { try await attempt() }
                #expect(error?.code == .conflict)
            }
            let address = try await consul.nodes().value.first { $0.name == agent.node }?.address
            #expect(address == "127.0.0.1")
        }
    }

    @Test func `An invalid registration is refused before anything is sent`() async throws {
        try await withScriptedHTTPServer(script: { _ in .silence }) { server in
            try await withConsul(port: server.port) { consul in
                var service = ExternalNode.Service("web")
                service.status = .maintenance
                let node = ExternalNode("node", address: "10.0.0.1")
                let attempts: [() async throws -> Void] = [
                    { try await consul.register(ExternalNode("", address: "10.0.0.1")) },
                    { try await consul.register(ExternalNode("node", address: "")) },
                    { try await consul.register(node, service: ExternalNode.Service("")) },
                    { try await consul.register(node, service: service) },
                    { try await consul.deregister(externalNode: "") },
                    { try await consul.deregister(externalNode: "node", service: "") },
                    { try await consul.deletePreparedQuery(id: "") },
                    { try await consul.update(PreparedQuery("name", service: "web")) },
                ]
                for attempt in attempts {
                    let error = await #expect(throws: CoordinationError.self) { try await attempt() }
                    #expect(error?.code == .invalidArgument)
                }
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `The catalog of another datacenter is read and written`() async throws {
        let federation = try await SharedConsulAgents.shared.federation()
        try await withConsul(federation.dc1) { consul in
            var far = ReadOptions()
            far.datacenter = "dc2"
            try await consul.register(ExternalNode("q5-far", address: "10.0.0.9"), datacenter: "dc2")
            #expect(try await consul.nodes(options: far).value.contains { $0.name == "q5-far" })
            #expect(try await !consul.nodes().value.contains { $0.name == "q5-far" })
            try await consul.deregister(externalNode: "q5-far", datacenter: "dc2")
            #expect(try await consul.services(onNode: "q5-far", options: far).value == nil)
            await #expect(throws: CoordinationError.self) {
                try await consul.deregister(externalNode: federation.dc2.node, datacenter: "dc2")
            }
            let query = try await consul.create(PreparedQuery("q5-far", service: "web"), datacenter: "dc2")
            #expect(try await consul.preparedQuery(id: query, options: far)?.name == "q5-far")
            #expect(try await consul.preparedQuery(id: query) == nil)
            try await consul.deletePreparedQuery(id: query, datacenter: "dc2")
            #expect(try await consul.peers(datacenter: "dc2") == ["127.0.0.1:\(federation.dc2.ports.server)"])
            let members = try await consul.members(wan: true)
            #expect(
                Set(members.map(\.datacenter)) == ["dc1", "dc2"] && members.allSatisfy { $0.isServer && $0.isAlive }
            )
        }
    }

    @Test func `Members, peers and coordinates of a cluster have its servers (Q5)`() async throws {
        let cluster = try await SharedConsulAgents.shared.cluster()
        let names = Set(cluster.servers.map(\.node))
        try await withConsul(cluster.servers[0]) { consul in
            #expect(Set(try await consul.members().map(\.name)) == names)
            #expect(try await consul.peers().count == names.count)
            // Each agent sends its first coordinate up to some seconds after its start.
            try await eventually("the coordinates of all servers", within: .seconds(90)) {
                Set(try await consul.coordinates().value.map(\.node)) == names
            }
            let time = try await consul.roundTripTime(from: cluster.servers[0].node, to: cluster.servers[1].node)
            #expect(try #require(time) > .zero)
            #expect(try await consul.roundTripTime(from: cluster.servers[0].node, to: "none") == nil)
        }
    }
}
