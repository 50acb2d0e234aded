// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import TestSupport
import Testing

struct HealthCheckTests {
    private static func check(_ status: HealthStatus, id: String = "check") -> HealthCheck {
        var check = HealthCheck()
        (check.id, check.status) = (id, status)
        return check
    }

    private static let (passing, warning, critical) = (check(.passing), check(.warning), check(.critical))
    private static let nodeMaintenance = check(.critical, id: "_node_maintenance")
    private static let serviceMaintenance = check(.critical, id: "_service_maintenance:web")

    @Test(arguments: [
        ([], HealthStatus.passing), ([passing], .passing), ([warning], .warning), ([critical], .critical),
        ([nodeMaintenance], .maintenance), ([serviceMaintenance], .maintenance), ([passing, passing], .passing),
        ([passing, warning], .warning), ([warning, critical, passing], .critical),
        ([critical, serviceMaintenance, warning], .maintenance), ([check(.unknown), passing], .unknown),
        ([check(.unknown), warning], .warning),
    ])
    func `The worst status of checks counts, and maintenance is the worst (A9)`(
        checks: [HealthCheck],
        status: HealthStatus
    ) {
        #expect(checks.aggregatedStatus == status)
        #expect(checks.reversed().aggregatedStatus == status)
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `Checks are read by service, by node and by status (A10)`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            let node = ExternalNode("a10-node", address: "10.10.10.10")
            for (id, status) in [("a10-1", HealthStatus.passing), ("a10-2", .warning)] {
                var service = ExternalNode.Service("a10", id: id)
                service.status = status
                try await consul.register(node, service: service)
            }
            let ofService = try await consul.healthChecks(.service("a10"))
            #expect(ofService.metadata.index ?? 0 > 0)
            #expect(ofService.value.map(\.id).sorted() == ["service:a10-1", "service:a10-2"])
            #expect(ofService.value.allSatisfy { $0.service == "a10" && $0.node == "a10-node" })
            #expect(ofService.value.aggregatedStatus == .warning)
            #expect(try await Set(consul.healthChecks(.node("a10-node")).value) == Set(ofService.value))

            let warnings = try await consul.healthChecks(.status(.warning)).value
            #expect(warnings.contains { $0.serviceID == "a10-2" } && warnings.allSatisfy { $0.status == .warning })
            let all = try await consul.healthChecks(.all).value
            #expect(Set(all).isSuperset(of: ofService.value))
            // The check of the agent's own node belongs to no service.
            let own = try #require(all.first { $0.node == agent.node && $0.id == "serfHealth" })
            #expect(own.service == nil && own.serviceID == nil && !own.output.isEmpty)
            #expect(try await consul.healthChecks(.service("none")).value == [])
            try await consul.deregister(externalNode: "a10-node")
        }
    }

    @Test func `Maintenance of an instance and of a node is its aggregated status (A10)`() async throws {
        try await withConsulAgent { agent in
            try await withConsul(agent) { consul in
                try await agent.registerLocally(ServiceRegistration("web", id: "web-1"))
                try await agent.put("/v1/agent/service/maintenance/web-1?enable=true&reason=upgrade")
                try await eventually("the maintenance of the instance") {
                    try await consul.healthChecks(.service("web")).value.aggregatedStatus == .maintenance
                }
                let check = try await consul.healthChecks(.service("web")).value.first { $0.isMaintenance }
                #expect(check?.notes == "upgrade")
                try await agent.put("/v1/agent/service/maintenance/web-1?enable=false")
                try await agent.put("/v1/agent/maintenance?enable=true")
                try await eventually("the maintenance of the node") {
                    try await consul.healthChecks(.node(agent.node)).value.aggregatedStatus == .maintenance
                }
            }
        }
    }
}
