// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

@testable import ResolutionModel

/// Endpoint details, which only the HTTP API reports, after an outage of that API.
struct DetailsAfterOutageTests {
    @Test func `Details, and the localities that depend on them, are back when HTTP is`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        let name = "details-back"
        for number in 1...4 {
            var instance = ServiceRegistration(name, address: "10.1.9.\(number)")
            instance.meta = ["zone": number == 1 ? "here" : "there"]
            try await agent.register(instance, node: "\(name)-\(number)")
        }
        try await withByteRelay(upstreamPort: agent.ports.http) { relay in
            try await withResolver(dns: agent.ports.dns, http: relay.port) { configuration in
                configuration.following.minimumInterval = .milliseconds(50)
                configuration.timeout = .seconds(10)
            } _: { resolver in
                var balancing = LoadBalancer.Configuration()
                balancing.locality = LocalityPreference(
                    [.metadata(key: "zone", value: "here")],
                    minimumHealthy: 1
                )
                let service = resolver.service(ServiceRequest(name), balancing: balancing, updating: .watch)
                try await service.ready()
                try await eventually("the locality nearby", within: .seconds(60)) { try service.isOnlyHere() }
                try await relay.set(.refusing)
                let other = ServiceRegistration(name, address: "10.1.9.5")
                try await agent.register(other, node: "\(name)-5")
                try await eventually("the new endpoint, over DNS", within: .seconds(60)) {
                    service.balancer.endpoints.count == 5 && service.balancer.endpoints[0].endpoint.details == nil
                }
                try await relay.set(.open)
                // The catalog does not change from here on.
                try await eventually("the locality nearby again", within: .seconds(60)) { try service.isOnlyHere() }
                #expect(service.balancer.endpoints.allSatisfy { $0.endpoint.details != nil })
            }
        }
    }
}

extension ConsulService {
    /// True if picks go to the one endpoint in this zone only.
    fileprivate func isOnlyHere() throws -> Bool {
        try (0..<20).allSatisfy { _ in try pick().endpoint.authority == "10.1.9.1:8080" }
    }
}
