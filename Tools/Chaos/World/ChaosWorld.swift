// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// Three servers and two clients, each with an agent of its own behind relays that fail.
final class ChaosWorld: Sendable {
    let cluster: ConsulCluster
    let clients: [ChaosClient]
    /// A token that may not read the service `web`.
    let blindToken: String
    private let directory: String

    private init(cluster: ConsulCluster, clients: [ChaosClient], blindToken: String, directory: String) {
        (self.cluster, self.clients, self.blindToken, self.directory) = (cluster, clients, blindToken, directory)
    }

    /// Sessions have short times to live, so that a run has many generations of holders. Without a token, everything is
    /// allowed; agents soon forget what they know of a token.
    private static let configuration = """
        {"session_ttl_min": "200ms",
         "acl": {"enabled": true, "default_policy": "allow", "token_ttl": "500ms", "tokens": {"master": "root"}}}
        """

    static func start(seed: UInt64) async throws -> ChaosWorld {
        let cluster = try await ConsulCluster.start(configuration: Self.configuration, addresses: Partition.addresses)
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("chaos-\(UUID().uuidString)").path
        var clients: [ChaosClient] = []
        var blindToken = ""
        let world = { ChaosWorld(cluster: cluster, clients: clients, blindToken: blindToken, directory: directory) }
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
            for number in 1...2 {
                clients.append(try await ChaosClient.start(number, cluster, directory: directory, seed: seed))
            }
            blindToken = try await cluster.servers[0].createToken(rules: #"service "web" { policy = "deny" }"#).secret
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
        try? FileManager.default.removeItem(atPath: directory)
    }
}
