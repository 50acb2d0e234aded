// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import TestSupport
import Testing

/// Watches of the catalog. Other tests register services with the same agents, so each test looks for its own.
struct CatalogWatchTests {
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A watch of services tells of a new one, of its tags and of its end (W4)`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            let reader = ElementReader(consul.watchServices().differences(by: \.name))
            try await reader.wait(count: 1)
            try await agent.register(ServiceRegistration("w4", id: "w4-1", tags: ["b", "a"]), node: "w4-node")
            let added = try await reader.wait("the service") { $0.added.contains { $0.name == "w4" } }
            #expect(added.added.first { $0.name == "w4" }?.tags == ["a", "b"])
            try await agent.register(ServiceRegistration("w4", id: "w4-2", tags: ["c"]), node: "w4-node")
            let changed = try await reader.wait("the tag") { $0.changed.contains { $0.name == "w4" } }
            #expect(changed.changed.first { $0.name == "w4" }?.tags == ["a", "b", "c"])
            try await agent.deregister(node: "w4-node")
            try await reader.wait("the end") { $0.removed.contains { $0.name == "w4" } }
            try await reader.cancel()
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A watch of nodes tells of a new one and of its end (W5)`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            let reader = ElementReader(consul.watchNodes().differences(by: \.name))
            let first = try await reader.wait("the agent") { !$0.items.isEmpty }
            #expect(first.items.contains { $0.name == agent.node })
            try await consul.register(ExternalNode("w5-node", address: "10.5.5.5"))
            let added = try await reader.wait("the node") { $0.added.contains { $0.name == "w5-node" } }
            #expect(added.added.first { $0.name == "w5-node" }?.address == "10.5.5.5")
            try await consul.deregister(externalNode: "w5-node")
            try await reader.wait("the end") { $0.removed.contains { $0.name == "w5-node" } }
            try await reader.cancel()
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A watch of a service with several tags tells of instances that have all of them (W6, W7)`(
        dress: AgentDress
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            var request = ServiceHealthRequest("w7")
            request.tags = ["a", "b"]
            let all = ElementReader(consul.watchServiceHealth(ServiceHealthRequest("w7")))
            let tagged = ElementReader(consul.watchServiceHealth(request))
            try await tagged.wait(count: 1)
            try await agent.register(ServiceRegistration("w7", id: "w7-1", tags: ["a"]), node: "w7-node")
            try await all.wait("one instance") { $0.value?.count == 1 }
            try await agent.register(ServiceRegistration("w7", id: "w7-2", tags: ["b", "a"]), node: "w7-node")
            try await all.wait("two instances") { $0.value?.count == 2 }
            let update = try await tagged.wait("one instance") { $0.value?.isEmpty == false }
            #expect(update.value?.map(\.service.id) == ["w7-2"])
            try await agent.deregister(node: "w7-node")
            for reader in [all, tagged] {
                try await reader.wait("the end", from: 1) { $0.value == [] && $0.answer != nil }
                try await reader.cancel()
            }
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `A watch of checks tells of the checks of a status, and of those of a service (W8, W9)`(
        dress: AgentDress
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            let id: @Sendable (HealthCheck) -> String = { "\($0.node)/\($0.id)" }
            let critical = ElementReader(consul.watchHealthChecks(.status(.critical)).differences(by: id))
            let own = ElementReader(consul.watchHealthChecks(.service("w8")).differences(by: id))
            for reader in [critical, own] { try await reader.wait(count: 1) }

            var service = ExternalNode.Service("w8")
            for (status, isCritical) in [(HealthStatus.passing, false), (.critical, true), (.warning, false)] {
                service.status = status
                try await consul.register(ExternalNode("w8-node", address: "10.8.8.8"), service: service)
                try await own.wait("\(status)") { $0.items.map(\.status) == [status] }
                if isCritical {
                    let added = try await critical.wait("the check") { $0.added.contains { $0.service == "w8" } }
                    #expect(added.items.allSatisfy { $0.status == .critical })
                }
            }
            try await critical.wait("the recovery") { $0.removed.contains { $0.service == "w8" } }
            #expect(own.elements.flatMap(\.added).map(\.id) == ["service:w8"])
            try await consul.deregister(externalNode: "w8-node")
            try await own.wait("the end") { !$0.removed.isEmpty }
            for reader in [critical, own] { try await reader.cancel() }
        }
    }

    @Test func `A watch that Consul rejects as invalid ends with the error (W13)`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            var options = ReadOptions()
            options.filter = "no filter ("
            let reader = ElementReader(consul.watchNodes(options: options))
            let end = try await reader.waitForEnd()
            #expect(throws: ConsulHTTPError.self) { try end.get() }
        }
    }
}
