// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

/// An agent that limits the number of connections from one address.
struct ConnectionLimitTests {
    @Test func `Watches beyond the connection limit still see changes`() async throws {
        let limit = ConsulAgent.limitingConnections(to: 6)
        try await withConsulAgent(configuration: limit) { agent in
            let names = (0..<10).map { "limited-\($0)" }
            for name in names { try await agent.register(ServiceRegistration(name, address: "10.1.0.1"), node: name) }
            try await withResolver(dns: agent.ports.dns, http: agent.ports.http) { configuration in
                configuration.following.minimumInterval = .milliseconds(100)
                // Leaves some connections to the test, which sends requests from the same address.
                configuration.http.connections.longPolls = 3
                configuration.http.connections.idleTimeout = .milliseconds(100)
            } _: { resolver in
                let readers = names.map { UpdateReader(resolver.service(ServiceRequest($0), updating: .watch).updates) }
                do {
                    for reader in readers { _ = try await reader.next { $0.endpoints.count == 1 } }
                    for name in names {
                        let second = ServiceRegistration(name, id: "second", address: "10.1.0.2")
                        // The limit applies to the test as well.
                        try await asking("a connection to the agent", within: .seconds(20)) {
                            try? await agent.register(second, node: name)
                        }
                    }
                    for reader in readers { _ = try await reader.next { $0.endpoints.count == 2 } }
                } catch {
                    Issue.record(error)
                }
                for reader in readers { await reader.stop() }
            }
        }
    }
}
