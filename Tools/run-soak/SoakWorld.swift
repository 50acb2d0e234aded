// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import ConsulResolver
import TestSupport

/// A server and two agents of clients, which are killed and restarted in turn.
struct SoakWorld: Sendable {
    let server: ConsulAgent
    let agents: [ConsulAgent]

    /// The names of the services that programs look up and watch.
    static let services = 100

    static func start() async throws -> SoakWorld {
        // All load comes from one address.
        let limits = #""limits": {"http_max_conns_per_client": 4000}"#
        let server = try await ConsulAgent.start(
            configuration: #"{"performance": {"raft_multiplier": 1}, \#(limits)}"#,
            mode: .server(expecting: 1)
        )
        var agents: [ConsulAgent] = []
        do {
            for number in 1...2 {
                let join = #""retry_join": ["127.0.0.1:\#(server.ports.serfLAN)"], "retry_interval": "1s""#
                agents.append(
                    try await ConsulAgent.start(
                        configuration: #"{"node_name": "soak-client-\#(number)", \#(join), \#(limits)}"#,
                        mode: .client
                    )
                )
            }
            let world = SoakWorld(server: server, agents: agents)
            for index in 0..<services { try await world.register(index, instance: 0) }
            try await eventually("the agents' answers", within: .seconds(60)) {
                for agent in world.agents {
                    guard try await agent.get("/v1/catalog/service/soak-0").body.contains("soak-0") else {
                        return false
                    }
                }
                return true
            }
            return world
        } catch {
            await SoakWorld(server: server, agents: agents).stop()
            throw error
        }
    }

    /// Adds an instance of a service to the catalog.
    func register(_ index: Int, instance: Int) async throws {
        try await server.register(
            ServiceRegistration("soak-\(index)", id: "soak-\(index)-\(instance)", address: "10.0.0.\(instance + 1)"),
            node: "soak-node"
        )
    }

    /// Kills the agents one after the other, and starts them again.
    func restartInTurn(every interval: Duration, _ report: @Sendable (String) -> Void) async throws {
        while true {
            for agent in agents + [server] {
                try await Task.sleep(for: interval)
                // An agent is never left dead by a cancellation.
                try await Task {
                    try await agent.kill()
                    try await agent.restart()
                }.value
                report(agent.node)
            }
        }
    }

    /// Kills all agents, and starts them again after a time.
    func takeDown(for time: Duration) async throws {
        for agent in agents + [server] { try await agent.kill() }
        let isOver: Void? = try? await Task.sleep(for: time)
        try await Task { for agent in [server] + agents { try await agent.restart() } }.value
        if isOver == nil { throw CancellationError() }
    }

    func stop() async {
        for agent in agents + [server] { try? await agent.stop() }
    }
}
