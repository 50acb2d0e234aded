// SPDX-License-Identifier: Apache-2.0

#if !DNS

import ConsulDNS
import ConsulResolver
import DNSWire
import NetworkAddress
import TestSupport
import Testing

/// A build without the package's trait `DNS`: `make test-traits` runs it.
struct BuildWithoutDNSTests {
    @Test func `A resolver without DNS resolves over the HTTP API alone`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        let resolution = try await withResolver(dns: agent.ports.dns, http: agent.ports.http) { resolver in
            try await resolver.resolve("consul")
        }
        #expect(resolution.source == .http)
        #expect(resolution.endpoints.count == 1)
    }

    @Test func `A resolver without DNS refuses to resolve over DNS alone`() {
        let error = #expect(throws: ConfigurationError.self) {
            try ServiceResolver(configuration: .forTests(ports: [8600]))
        }
        #expect(error?.setting == "strategy")
    }

    @Test func `A DNS client of a build without DNS fails each query with its own code`() async throws {
        let client = try DNSClient()
        let query = DNSQuery(Question(name: .consul, type: .soa))
        let error = await #expect(throws: DNSClientError.self) {
            let server = Nameserver(address: .v4(.loopback))
            return try await client.query(query, server: server, transport: .udp, timeout: .seconds(1))
        }
        #expect(error?.code == .notBuilt)
        await client.shutdown()
    }
}

#endif
