// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

@Suite(.serialized)
struct ClusterTests {
    @Test(
        arguments: [AgentDress.plain, .v1_22]
    )
    func `The loss of a leader empties no service, and later changes are seen`(dress: AgentDress) async throws {
        try await withConsulCluster(dress: dress) { cluster in
            let follower = try #require(try await cluster.followers().first)
            try await follower.register(ServiceRegistration("web", address: "10.1.0.1"), node: "web-1")
            try await withResolver(dns: follower.ports.dns, http: follower.ports.http) { configuration in
                configuration.timeout = .seconds(10)
                configuration.following.minimumInterval = .milliseconds(100)
            } _: { resolver in
                let readers = [ConsulService.UpdateMode.polling, .watch].map {
                    UpdateReader(resolver.service("web", updating: $0).updates)
                }
                for reader in readers { _ = try await reader.next { $0.endpoints.count == 1 } }
                try await cluster.leader().kill()
                _ = try await cluster.leader()
                try await follower.register(ServiceRegistration("web", address: "10.1.0.2"), node: "web-2")
                for reader in readers {
                    let update = try await reader.next {
                        #expect(!$0.endpoints.isEmpty, "an election has emptied the set")
                        return $0.endpoints.count == 2
                    }
                    #expect(update.authorities == ["10.1.0.1:8080", "10.1.0.2:8080"])
                    await reader.stop()
                }
            }
        }
    }

    @Test(
        arguments: [AgentDress.plain, .v1_22]
    )
    func `Without a leader, HTTP answers are stale until the next leader`(dress: AgentDress) async throws {
        try await withConsulCluster(dress: dress) { cluster in
            let follower = try #require(try await cluster.followers().first)
            try await follower.register(ServiceRegistration("web", address: "10.1.0.1"), node: "web-1")
            try await withResolver(dns: follower.ports.dns, http: follower.ports.http) { configuration in
                configuration.strategy = .http
                configuration.timeout = .seconds(10)
                configuration.following.minimumInterval = .milliseconds(100)
            } _: { resolver in
                let updates = UpdateReader(resolver.service("web").updates)
                _ = try await updates.next { $0.endpoints.count == 1 && !$0.isStale }
                let others = cluster.servers.filter { $0.node != follower.node }
                for server in others { try await server.kill() }
                let stale = try await updates.next { $0.isStale }
                #expect(stale.endpoints.count == 1)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for server in others { group.addTask { try await server.restart() } }
                    try await group.waitForAll()
                }
                let fresh = try await updates.next(within: .seconds(60)) { !$0.isStale }
                #expect(fresh.endpoints.count == 1)
                await updates.stop()
            }
        }
    }

    @Test(
        arguments: [ConsulAgentMode.client, .lone]
    )
    func `An agent without servers or without a leader leaves services unknown`(mode: ConsulAgentMode) async throws {
        let agent = try await SharedConsulAgents.shared.agent(mode: mode)
        try await withResolver(dns: agent.ports.dns, http: agent.ports.http) { resolver in
            let failure = try #require(try await resolver.resolve("web").failure)
            #expect(failure.description.contains("UDP") && failure.description.contains("/v1/health/service/web"))
        }
    }

    @Test
    func `A service is unknown in an unreachable datacenter, and empty in one that does not exist`() async throws {
        try await withConsulFederation { federation in
            try await federation.dc2.register(ServiceRegistration("web", address: "10.2.0.1"), node: "web-2")
            try await withResolver(dns: federation.dc1.ports.dns, http: federation.dc1.ports.http) { configuration in
                configuration.timeout = .seconds(10)
            } _: { resolver in
                let there = try await resolver.resolve("web", in: .datacenter("dc2"))
                #expect(there.authorities == ["10.2.0.1:8080"])
                guard case .empty(.noSuchDatacenter) = try await resolver.resolve("web", in: .datacenter("dc9")).outcome
                else {
                    Issue.record("dc9 exists")
                    return
                }
                try await federation.dc2.kill()
                let gone = try await resolver.resolve("web", in: .datacenter("dc2"))
                #expect(gone.failure != nil, "\(gone.outcome)")
            }
        }
    }
}
