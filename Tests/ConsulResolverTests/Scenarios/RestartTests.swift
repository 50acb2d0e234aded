// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

struct RestartTests {
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `An agent that restarts with its data empties no service`(dress: AgentDress) async throws {
        try await withConsulAgent(mode: .server(expecting: 1), dress: dress) { agent in
            // The larger the agent's log, the longer it takes to replay the last entry.
            try await agent.registerInstances(of: "bulk", count: 2000)
            try await agent.register(ServiceRegistration("kept", id: "1", address: "10.1.0.1"), node: "kept-1")
            try await withResolver(dns: agent.ports.dns, http: agent.ports.http) { configuration in
                configuration.following.minimumInterval = .milliseconds(20)
            } _: { resolver in
                try await withUpdates(of: resolver.service("kept", updating: .watch)) { watched in
                    try await withUpdates(of: resolver.service("kept")) { polled in
                        for updates in [watched, polled] { _ = try await updates.next { $0.endpoints.count == 1 } }
                        try await agent.kill()
                        for updates in [watched, polled] { _ = try await updates.next { $0.isStale } }
                        try await agent.restart()
                        let second = ServiceRegistration("kept", id: "2", address: "10.1.0.2")
                        try await agent.register(second, node: "kept-2")
                        for updates in [watched, polled] {
                            let seen = try await updates.next { $0.endpoints.isEmpty || $0.endpoints.count == 2 }
                            #expect(seen.endpoints.count == 2, "\(seen.outcome)")
                        }
                    }
                }
            }
        }
    }
}
