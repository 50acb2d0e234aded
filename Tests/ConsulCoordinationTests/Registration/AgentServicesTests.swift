// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import TestSupport
import Testing

/// The requests to the agent, against real agents.
@Suite(.timeLimit(.minutes(2)))
struct AgentServicesTests {
    private static let dresses: [AgentDress] = [.plain, .v1_22]

    private func withAgent(
        _ dress: AgentDress,
        _ body: (ConsulHTTPClient, ConsulAgent) async throws -> Void
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { try await body($0, agent) }
    }

    private func checks(of id: String, _ consul: ConsulHTTPClient) async throws -> [String: ServiceEntry.Check] {
        let health = try await consul.agentHealth(ofServiceID: id)
        return Dictionary(uniqueKeysWithValues: (health?.checks ?? []).map { ($0.id, $0) })
    }

    @Test(arguments: dresses)
    func `A check has its initial status, and its updates set status and output (A1, A2)`(dress: AgentDress)
        async throws
    {
        try await withAgent(dress) { consul, _ in
            var service = ServiceDescription(name: "a1", port: 80, id: "a1")
            service.checks[0].initialStatus = .passing
            try await consul.registerService(service, incarnation: "i")
            #expect(try await checks(of: "a1", consul)["service:a1"]?.status == .passing)
            let updates: [(ServiceHealth, HealthStatus)] = [
                (.warning("w"), .warning), (.critical("c"), .critical), (.passing("p"), .passing),
            ]
            for (health, status) in updates {
                #expect(try await consul.updateCheck("service:a1", health))
                let check = try await checks(of: "a1", consul)["service:a1"]
                #expect(check?.status == status)
                #expect(check?.output == health.output)
            }
            // A repeated registration keeps the status.
            #expect(try await consul.updateCheck("service:a1", .critical("c")))
            try await consul.registerService(service, incarnation: "i")
            #expect(try await checks(of: "a1", consul)["service:a1"]?.status == .critical)
            try await consul.deregisterService("a1")
        }
    }

    @Test(arguments: dresses)
    func `Several checks have Consul's ids or their own (A3)`(dress: AgentDress) async throws {
        try await withAgent(dress) { consul, _ in
            var service = ServiceDescription(name: "a3", port: 80, id: "a3")
            service.checks = [.ttl(.seconds(60)), .ttl(.seconds(60)), .ttl(.seconds(60))]
            service.checks[2].id = "a3-own"
            try await consul.registerService(service, incarnation: "i")
            #expect(Set(try await checks(of: "a3", consul).keys) == ["service:a3:1", "service:a3:2", "a3-own"])
            try await consul.deregisterService("a3")
        }
    }

    @Test(arguments: dresses)
    func `A registration replaces the checks of the last one, maintenance mode included (A4)`(
        dress: AgentDress
    ) async throws {
        try await withAgent(dress) { consul, _ in
            var service = ServiceDescription(name: "a4", port: 80, id: "a4")
            service.checks[0].id = "a4-old"
            try await consul.registerService(service, incarnation: "i")
            #expect(try await consul.setMaintenance(ofService: "a4", reason: "r"))
            service.checks[0].id = "a4-new"
            try await consul.registerService(service, incarnation: "i")
            #expect(Set(try await checks(of: "a4", consul).keys) == ["a4-new"])
            try await consul.deregisterService("a4")
        }
    }

    @Test(arguments: dresses)
    func `An alias follows the service that it names (A5)`(dress: AgentDress) async throws {
        try await withAgent(dress) { consul, _ in
            try await consul.registerService(.init(name: "a5-target", port: 80, id: "a5-target"), incarnation: "i")
            var service = ServiceDescription(name: "a5", port: 81, id: "a5")
            service.checks = [.alias(of: "a5-target")]
            try await consul.registerService(service, incarnation: "i")
            for (health, status) in [
                (ServiceHealth.passing, HealthStatus.passing), (.critical("c"), .critical), (.passing, .passing),
            ] {
                #expect(try await consul.updateCheck("service:a5-target", health))
                try await eventually("the alias to be \(status)", within: .seconds(60)) {
                    try await consul.agentHealth(ofServiceID: "a5")?.status == status
                }
            }
            try await consul.deregisterService("a5")
            try await consul.deregisterService("a5-target")
        }
    }

    @Test(arguments: dresses)
    func `The maintenance mode of a service excludes it and ends again (A6)`(dress: AgentDress) async throws {
        try await withAgent(dress) { consul, _ in
            var service = ServiceDescription(name: "a6", port: 80, id: "a6")
            service.checks[0].initialStatus = .passing
            try await consul.registerService(service, incarnation: "i")
            #expect(try await consul.setMaintenance(ofService: "a6", reason: "disk & fan"))
            let check = try await checks(of: "a6", consul)["_service_maintenance:a6"]
            #expect(check?.status == .critical)
            #expect(check?.notes == "disk & fan")
            var request = ServiceHealthRequest("a6")
            request.onlyPassing = true
            try await eventually("the service to be excluded") { [request] in
                try await consul.serviceHealth(request).value.isEmpty
            }
            #expect(try await consul.setMaintenance(ofService: "a6", reason: nil))
            try await eventually("the service to be back") { [request] in
                try await consul.serviceHealth(request).value.count == 1
            }
            try await consul.deregisterService("a6")
            #expect(try await !consul.setMaintenance(ofService: "a6", reason: "r"))
        }
    }

    @Test func `The maintenance mode of a node covers its services and ends again (A6)`() async throws {
        let agent = try await ConsulAgent.start()
        try await withConsul(agent) { consul in
            var service = ServiceDescription(name: "a6n", port: 80, id: "a6n")
            service.checks[0].initialStatus = .passing
            try await consul.registerService(service, incarnation: "i")
            try await consul.setNodeMaintenance(reason: "kernel")
            try await eventually("the node to be in maintenance") {
                try await consul.serviceHealth(.init("a6n")).value.first?.aggregatedStatus == .maintenance
            }
            try await consul.setNodeMaintenance(reason: nil)
            try await eventually("the service to be back") {
                try await consul.serviceHealth(.init("a6n")).value.first?.aggregatedStatus == .passing
            }
        }
        try await agent.stop()
    }

    @Test(arguments: dresses)
    func `A service is read back as it was registered (A7)`(dress: AgentDress) async throws {
        try await withAgent(dress) { consul, _ in
            var service = ServiceDescription(name: "a7", port: 8080, address: "10.7.7.7", id: "a7/1 ä")
            service.tags = ["v2", "a b"]
            service.metadata = ["version": "2"]
            service.weights = .init(passing: 7, warning: 3)
            service.taggedAddresses = ["wan": .init(address: "198.51.100.7", port: 88)]
            service.allowsTagOverride = true
            service.checks = []
            try await consul.registerService(service, incarnation: "i7")
            let read = try #require(try await consul.agentService(service.id))
            let listed = try #require(try await consul.agentServices()[service.id])
            for found in [read, listed] {
                #expect(found.id == service.id && found.name == "a7" && found.port == 8080)
                #expect(found.address == "10.7.7.7" && found.tags == service.tags && found.weights == service.weights)
                #expect(found.meta == ["version": "2", "incarnation": "i7"])
                #expect(found.taggedAddresses["wan"] == service.taggedAddresses["wan"])
            }
            try await consul.deregisterService(service.id)
            #expect(try await consul.agentService(service.id) == nil)
            // Repeated: 1.8 answers 200, newer versions 404.
            try await consul.deregisterService(service.id)
        }
    }

    @Test(arguments: dresses)
    func `The agent tells the health of its services by status and as the worst check (A8)`(
        dress: AgentDress
    ) async throws {
        try await withAgent(dress) { consul, _ in
            var service = ServiceDescription(name: "a8", port: 80, id: "a8")
            service.checks = [.ttl(.seconds(60)), .ttl(.seconds(60))]
            service.checks[1].initialStatus = .passing
            try await consul.registerService(service, incarnation: "i")
            let updates: [(ServiceHealth, HealthStatus)] = [
                (.passing, .passing), (.warning("w"), .warning), (.critical("c"), .critical),
            ]
            for (health, status) in updates {
                #expect(try await consul.updateCheck("service:a8:1", health))
                #expect(try await consul.agentHealth(ofServiceID: "a8")?.status == status)
                #expect(try await consul.agentHealth(ofService: "a8").map(\.status) == [status])
            }
            try await consul.deregisterService("a8")
            #expect(try await consul.agentHealth(ofServiceID: "a8") == nil)
        }
    }

    @Test(arguments: dresses)
    func `The agent accepts every kind of check and runs it`(dress: AgentDress) async throws {
        try await withAgent(dress) { consul, agent in
            var service = ServiceDescription(name: "kinds", port: 80, id: "kinds")
            service.checks = [
                .ttl(.seconds(60)), .http("http://127.0.0.1:\(agent.ports.http)/v1/status/leader"),
                .tcp("127.0.0.1:\(agent.ports.http)"), .grpc("127.0.0.1:\(agent.ports.http)/a.b", useTLS: true),
                .alias(of: "kinds-other"),
            ]
            for number in [1, 2, 3] {
                service.checks[number].interval = .seconds(1)
                service.checks[number].timeout = .seconds(5)
                service.checks[number].successesBeforePassing = 2
                service.checks[number].deregisterCriticalAfter = .seconds(600)
                service.checks[number].verifiesTLS = false
            }
            try await consul.registerService(service, incarnation: "i")
            try await eventually("HTTP and TCP to pass, and gRPC to fail", within: .seconds(60)) {
                let checks = try await checks(of: "kinds", consul)
                return checks.count == 5 && checks["service:kinds:2"]?.status == .passing
                    && checks["service:kinds:3"]?.status == .passing
                    && checks["service:kinds:4"]?.output?.isEmpty == false
            }
            #expect(try await checks(of: "kinds", consul)["service:kinds:4"]?.status == .critical)
            try await consul.deregisterService("kinds")
        }
    }

    @Test(arguments: dresses)
    func `A program that refuses the incarnation of another is not kept alive as the other`(
        dress: AgentDress
    ) async throws {
        try await withAgent(dress) { consul, _ in
            try await withScriptedHTTPServer { request in
                [.reply(ConsulReply(request.header("X-Consul-Instance") == "mine" ? 200 : 404))]
            } _: { server in
                var service = ServiceDescription(name: "zombie", port: server.port, id: "zombie")
                service.checks = [.http("http://127.0.0.1:\(server.port)/health")]
                service.checks[0].interval = .seconds(1)
                service.checks[0].initialStatus = .passing
                for (incarnation, status) in [("mine", HealthStatus.passing), ("gone", .critical)] {
                    try await consul.registerService(service, incarnation: incarnation)
                    try await server.waitForRequest("a check", within: .seconds(30)) {
                        $0.header("X-Consul-Instance") == incarnation
                    }
                    try await eventually("the check to be \(status)") {
                        try await consul.agentHealth(ofServiceID: "zombie")?.status == status
                    }
                }
                try await consul.deregisterService("zombie")
            }
        }
    }

    @Test(arguments: dresses)
    func `An update of an unknown check fails in the words of the version`(dress: AgentDress) async throws {
        try await withAgent(dress) { consul, agent in
            if agent.dress.reportsUnknown {
                let isKnown = try await consul.updateCheck("service:none", .passing)
                #expect(!isKnown)
            } else {
                let error = await #expect(throws: ConsulHTTPError.self) {
                    try await consul.updateCheck("service:none", .passing)
                }
                #expect(error?.status == 500)
            }
        }
    }
}
