// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import ConsulResolver
import TestSupport

/// Three servers and two clients, each with an agent of its own behind relays that fail.
final class ChaosWorld: Sendable {
    /// A client: its agent, and its network to it.
    struct Client: Sendable {
        let name: String
        let agent: ConsulAgent
        let http: ByteRelay
        let dns: FaultProxy

        /// The configuration of a resolver that reaches the agent through the network that fails.
        func resolverConfiguration() throws -> ResolverConfiguration {
            try ResolverConfiguration(environment: [
                "CONSUL_DNS_ADDR": "127.0.0.1:\(dns.port)", "CONSUL_HTTP_ADDR": "127.0.0.1:\(http.port)",
            ])
        }
    }

    let cluster: ConsulCluster
    let clients: [Client]

    private init(cluster: ConsulCluster, clients: [Client]) { (self.cluster, self.clients) = (cluster, clients) }

    static func start(seed: UInt64) async throws -> ChaosWorld {
        // Sessions with short times to live, so that a run has many generations of holders.
        let cluster = try await ConsulCluster.start(configuration: #"{"session_ttl_min": "200ms"}"#)
        var clients: [Client] = []
        let world = { ChaosWorld(cluster: cluster, clients: clients) }
        do {
            let servers = cluster.servers.map { "\"127.0.0.1:\($0.ports.serfLAN)\"" }.joined(separator: ", ")
            for number in 1...2 {
                let agent = try await ConsulAgent.start(
                    configuration:
                        #"{"node_name": "client-\#(number)", "retry_join": [\#(servers)], "retry_interval": "1s"}"#,
                    mode: .client
                )
                let http = try await ByteRelay.start(upstreamPort: agent.ports.http)
                let dns = try await FaultProxy.start(upstreamPort: agent.ports.dns, seed: seed &+ UInt64(number))
                clients.append(Client(name: "client-\(number)", agent: agent, http: http, dns: dns))
            }
            let started = world()
            try await started.waitForAnswers(within: .seconds(60))
            return started
        } catch {
            await world().stop()
            throw error
        }
    }

    /// Waits until the cluster has a leader and every agent answers from it.
    func waitForAnswers(within limit: Duration) async throws {
        _ = try await cluster.leader(within: limit)
        let agents = cluster.servers + clients.map(\.agent)
        try await eventually("the answers of all agents", within: limit) {
            for agent in agents {
                let reply = try? await withDeadline(.seconds(2)) { try await agent.get("/v1/catalog/nodes?consistent") }
                guard reply?.isSuccess == true else { return false }
            }
            return true
        }
    }

    /// Stops the agents and relays.
    func stop() async {
        for client in clients {
            try? client.agent.resume()
            try? await client.agent.stop()
            await client.http.stop()
            await client.dns.stop()
        }
        for server in cluster.servers { try? server.resume() }
        try? await cluster.stop()
    }
}
