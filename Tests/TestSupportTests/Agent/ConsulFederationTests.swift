// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

struct ConsulFederationTests {
    @Test func `Federated datacenters answer requests about each other`() async throws {
        let federation = try await SharedConsulAgents.shared.federation()
        #expect(try await SharedConsulAgents.shared.federation() === federation)
        try await federation.dc2.register(ServiceRegistration("far"))
        #expect(try await federation.dc1.get("/v1/health/service/far?dc=dc2").body.contains("web-node"))
        #expect(try await federation.dc1.get("/v1/health/service/far").body.hasPrefix("[]"))
        let datacenters = try await federation.dc2.get("/v1/catalog/datacenters").body
        #expect(datacenters.contains("dc1") && datacenters.contains("dc2"))
    }

    @Test func `A federation keeps one datacenter working when the other is killed`() async throws {
        try await withConsulFederation { federation in
            try await federation.dc2.kill()
            let reply = try await federation.dc1.get("/v1/health/service/consul?dc=dc2")
            #expect(reply.status == 500)
            #expect(try await federation.dc1.get("/v1/health/service/consul").isSuccess)
        }
    }
}
