// SPDX-License-Identifier: Apache-2.0

/// Servers that form one datacenter and elect a leader.
///
/// The members are ordinary agents: ``ConsulAgent/kill()`` and ``ConsulAgent/restart(within:)`` work on them as on a
/// single agent. A restarted server becomes ready only when there is a quorum, so after the loss of a quorum restart
/// the servers in parallel.
public final class ConsulCluster: Sendable {
    /// The servers; their nodes are `n1`, `n2` and so on.
    public let servers: [ConsulAgent]

    private init(servers: [ConsulAgent]) {
        self.servers = servers
    }

    /// Starts the servers and waits until all of them answer under one leader.
    ///
    /// - Parameter count: The number of servers.
    /// - Parameter configuration: JSON merged into the defaults of each server, as for a single agent.
    /// - Parameter dress: The version to imitate; by default none.
    /// - Parameter addresses: The loopback address of each server for the others, 127.0.0.1 by default. On Linux, all
    ///   addresses that begin with 127 are loopback addresses.
    /// - Parameter limit: The time limit for becoming ready.
    public static func start(
        count: Int = 3,
        configuration: String = "{}",
        dress: AgentDress = .plain,
        addresses: [String] = [],
        within limit: Duration = .seconds(60)
    ) async throws -> ConsulCluster {
        let wanted = try JSONObject(parsing: configuration)
        return try await LoopbackPorts.retryingWhenTaken {
            var ports: [ConsulAgentPorts] = []
            for _ in 0..<count { ports.append(try .free()) }
            let cluster = ConsulCluster(servers: try members(wanted, dress: dress, ports: ports, addresses))
            do {
                try await cluster.launch(within: limit)
            } catch {
                try await cluster.stop()
                throw error
            }
            return cluster
        }
    }

    /// Returns the leader: the server that reports itself as leader and can make a consistent read. After the loss of a
    /// leader, this waits for the next election.
    public func leader(
        within limit: Duration = .seconds(30),
        fileID: String = #fileID,
        line: UInt = #line
    ) async throws -> ConsulAgent {
        try await asking("a leader", within: limit, fileID: fileID, line: line) { [servers] in
            for server in servers where server.processID != nil {
                if await server.leads() { return server }
            }
            return nil
        }
    }

    /// Returns the running servers other than the leader.
    public func followers(within limit: Duration = .seconds(30)) async throws -> [ConsulAgent] {
        let leader = try await leader(within: limit)
        return servers.filter { $0 !== leader && $0.processID != nil }
    }

    /// Stops all servers and deletes their files. Stopping twice is allowed.
    public func stop() async throws {
        try await withThrowingTaskGroup { group in
            for server in servers { group.addTask { try await server.stop() } }
            try await group.waitForAll()
        }
    }

    private func launch(within limit: Duration) async throws {
        try await withThrowingTaskGroup { group in
            for server in servers { group.addTask { try await server.launch(within: limit) } }
            try await group.waitForAll()
        }
    }

    private static func members(
        _ wanted: JSONObject,
        dress: AgentDress,
        ports: [ConsulAgentPorts],
        _ addresses: [String]
    ) throws -> [ConsulAgent] {
        let address = { number in number < addresses.count ? addresses[number] : "127.0.0.1" }
        let joins = ports.enumerated().map { JSONObject.Value.string("\(address($0)):\($1.serfLAN)") }
        return try ports.enumerated().map { number, ports in
            let basics: JSONObject = [
                "node_name": .string("n\(number + 1)"), "retry_join": .array(joins), "retry_interval": "1s",
                "bind_addr": .string(address(number)),
                // The fastest elections that Consul offers.
                "performance": ["raft_multiplier": 1],
            ]
            return try ConsulAgent(
                configuration: basics.merging(wanted),
                mode: .server(expecting: joins.count),
                dress: dress,
                ports: ports
            )
        }
    }
}

extension ConsulAgent {
    /// Returns true if this agent is the leader. A deposed leader may still report itself, but cannot make a consistent
    /// read.
    fileprivate func leads() async -> Bool {
        let own = "\"\(address):\(ports.server)\""
        let reply = try? await withDeadline(.seconds(1)) { try await self.get("/v1/status/leader") }
        guard let reply, reply.isSuccess, reply.body.hasPrefix(own) else { return false }
        let token = files.masterToken
        let read = try? await withDeadline(.seconds(1)) {
            try await self.get("/v1/catalog/datacenters?consistent", token: token)
        }
        return read?.isSuccess == true
    }
}

/// Starts a cluster, calls the body with it, and stops the cluster however the body ends.
public func withConsulCluster<Output>(
    count: Int = 3,
    configuration: String = "{}",
    dress: AgentDress = .plain,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (ConsulCluster) async throws -> Output
) async throws -> Output {
    let cluster = try await ConsulCluster.start(count: count, configuration: configuration, dress: dress)
    return try await use(cluster, in: body) { try await $0.stop() }
}
