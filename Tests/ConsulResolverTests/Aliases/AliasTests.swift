// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

@testable import ResolutionModel

/// Real agents with services that have names in Consul's own domain as addresses.
struct AliasTests {
    private static let strategies = ServiceResolver.Configuration.Strategy.allCases

    private func resolve(
        _ request: ServiceRequest,
        _ agent: ConsulAgent,
        _ strategy: ServiceResolver.Configuration.Strategy
    ) async throws -> Resolution {
        try await withResolver(dns: agent.ports.dns, http: agent.ports.http) {
            $0.strategy = strategy
        } _: {
            try await $0.resolve(request)
        }
    }

    @Test(arguments: strategies)
    func `An external service that is registered as another service has the addresses of that service`(
        strategy: ServiceResolver.Configuration.Strategy
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        let (real, outer) = ("real-\(strategy)", "outer-\(strategy)")
        for index in 1...2 {
            let instance = ServiceRegistration(real, id: "\(real)-\(index)", address: "10.1.0.\(index)", port: 1)
            try await agent.register(instance, node: "\(real)-\(index)")
        }
        try await agent.register(
            ServiceRegistration(real, id: "ill", address: "10.1.0.9", checks: [.critical]),
            node: "ill-\(real)"
        )
        let external = ServiceRegistration(outer, address: "\(real).service.consul", port: 5432, passingWeight: 7)
        try await agent.register(external, node: "\(outer)-node")
        let resolution = try await resolve(ServiceRequest(outer), agent, strategy)
        #expect(resolution.authorities == ["10.1.0.1:5432", "10.1.0.2:5432"])
        #expect(resolution.endpoints.map(\.weight) == [7, 7])
        #expect(resolution.isComplete)
    }

    @Test(arguments: strategies)
    func `A tagged name, a node name, a prepared query and an address name resolve as Consul defines them`(
        strategy: ServiceResolver.Configuration.Strategy
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        let base = "forms-\(strategy)"
        let real = ServiceRegistration(base, address: "10.2.0.1", tags: ["v1"])
        try await agent.register(real, node: "\(base)-Node", nodeAddress: "10.2.0.2")
        try await agent.register(ServiceRegistration(base, id: "other", address: "10.2.0.3"), node: "\(base)-other")
        try await agent.post(
            "/v1/query",
            json: "{\"Name\":\"\(base)-query\",\"Service\":{\"Service\":\"\(base)\",\"Tags\":[\"v1\"]}}"
        )
        let names = [
            "v1.\(base).service.consul": "10.2.0.1", "\(base)-node.node.dc1.consul.": "10.2.0.2",
            "\(base)-query.query.consul": "10.2.0.1", "0A020007.ADDR.Consul": "10.2.0.7",
        ]
        for (number, (name, address)) in names.sorted(by: { $0.key < $1.key }).enumerated() {
            let service = "\(base)-\(number)"
            try await agent.register(ServiceRegistration(service, address: name), node: "\(service)-node")
            let resolution = try await resolve(ServiceRequest(service), agent, strategy)
            #expect(resolution.authorities == ["\(address):8080"], "\(name)")
            #expect(resolution.isComplete, "\(name)")
        }
    }

    @Test(arguments: strategies)
    func `A name of an absent service yields no endpoint`(
        strategy: ServiceResolver.Configuration.Strategy
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        let service = "hollow-\(strategy)"
        try await agent.register(ServiceRegistration(service, address: "nobody.service.consul"), node: "\(service)-1")
        let alone = try await resolve(ServiceRequest(service), agent, strategy)
        #expect(alone.failureCodes.contains(.unusableTargets))
        let good = ServiceRegistration(service, id: "good", address: "10.3.0.1")
        try await agent.register(good, node: "\(service)-2")
        let resolution = try await resolve(ServiceRequest(service), agent, strategy)
        #expect(resolution.authorities == ["10.3.0.1:8080"])
        #expect(resolution.isComplete && resolution.unusableInstances == 1)
    }

    /// Consul does not wake the watch of one service when the other changes.
    @Test
    func `A watch of a service that is registered as another service reports changes of the other`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await agent.register(ServiceRegistration("behind", id: "b1", address: "10.4.0.1"), node: "behind-1")
        try await agent.register(ServiceRegistration("before", address: "behind.service.consul"), node: "before-1")
        try await withResolver(dns: agent.ports.dns, http: agent.ports.http) { configuration in
            configuration.strategy = .http
            configuration.following.minimumInterval = .milliseconds(50)
        } _: { resolver in
            try await withUpdates(of: resolver.service(ServiceRequest("before"), updating: .watch)) { updates in
                #expect(try await updates.next().authorities == ["10.4.0.1:8080"])
                try await agent.register(ServiceRegistration("behind", id: "b2", address: "10.4.0.2"), node: "behind-2")
                let changed = try await updates.next()
                #expect(changed.authorities == ["10.4.0.1:8080", "10.4.0.2:8080"])
            }
        }
    }
}
