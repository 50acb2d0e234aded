// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

struct WatchScaleTests {
    @Test
    func `Three hundred watches share a hundred blocking queries within the connection limit`() async throws {
        let agent = try await SharedConsulAgents.shared.agent(configuration: ConsulAgent.limitingConnections(to: 200))
        for index in 0..<100 { try await register(agent, index, address: "10.1.0.1") }
        try await withByteRelay(upstreamPort: agent.ports.http) { relay in
            try await withResolver(dns: agent.ports.dns, http: relay.port) { configuration in
                configuration.strategy = .http
                configuration.timeout = .seconds(30)
            } _: { resolver in
                let readers = (0..<300).map {
                    UpdateReader(resolver.service("scale-\($0 % 100)", updating: .watch).updates)
                }
                for reader in readers { _ = try await reader.next { $0.endpoints.count == 1 } }
                // The agent counts the connections of one address. The blocking queries take at most one for each
                // service, and two for the plain reads beside them; immediate requests have eight of their own.
                #expect(relay.openConnections <= 110)
                for index in 0..<100 { try await register(agent, index, address: "10.1.0.2") }
                for reader in readers {
                    _ = try await reader.next { update in
                        #expect(!update.isStale, "a connection was refused")
                        return update.authorities == ["10.1.0.2:8080"]
                    }
                    await reader.stop()
                }
                // A read is canceled together with its connection when the blocking query beside it is answered first.
                #expect(relay.acceptedConnections <= 150)
            }
        }
    }

    private func register(_ agent: ConsulAgent, _ index: Int, address: String) async throws {
        try await agent.register(ServiceRegistration("scale-\(index)", address: address), node: "scale-node")
    }
}
