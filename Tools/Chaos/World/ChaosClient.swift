// SPDX-License-Identifier: Apache-2.0

import ClientSupport
import ConsulHTTP
import ConsulResolver
import TestSupport

/// A machine with programs: their agent, their network to it, their clock, their token and their disk.
struct ChaosClient: Sendable {
    let name: String
    let agent: ConsulAgent
    let http: ByteRelay
    let dns: FaultProxy
    let token: RotatingToken
    let disk: SnapshotDisk
    let clock = JumpingClock()
    let leftovers = Leftovers()

    static func start(
        _ number: Int,
        _ cluster: ConsulCluster,
        directory: String,
        seed: UInt64
    ) async throws -> ChaosClient {
        let name = "client-\(number)"
        let joins = cluster.servers.map { "\"\($0.address):\($0.ports.serfLAN)\"" }.joined(separator: ", ")
        let agent = try await ConsulAgent.start(
            configuration: """
                {"node_name": "\(name)", "retry_join": [\(joins)], "retry_interval": "1s",
                 "acl": {"enabled": true, "default_policy": "allow", "token_ttl": "500ms"}}
                """,
            mode: .client
        )
        let disk = SnapshotDisk(directory: "\(directory)/\(name)")
        try disk.create()
        let token = RotatingToken(path: "\(directory)/\(name).token", servers: cluster.servers)
        try await token.issue()
        return ChaosClient(
            name: name,
            agent: agent,
            http: try await ByteRelay.start(upstreamPort: agent.ports.http),
            dns: try await FaultProxy.start(upstreamPort: agent.ports.dns, seed: seed &+ UInt64(number)),
            token: token,
            disk: disk
        )
    }

    /// Sets the agent's own token, with which it answers DNS. Repeats that while the agent is suspended or restarts.
    ///
    /// - Parameter token: The token; an empty text for none.
    func setDefaultToken(_ token: String) async throws {
        try await eventually("the agent's own token", within: .seconds(60)) {
            (try? await withDeadline(.seconds(2)) { try await agent.setDefaultToken(token) }) != nil
        }
    }

    /// Calls the body with a resolver that reaches the agent through the network that fails, and shuts it down.
    ///
    /// - Parameter program: The name of the program, and of its snapshot.
    func withResolver<Output>(_ program: String, _ body: (ServiceResolver) async throws -> Output) async throws
        -> Output
    {
        var configuration = try ResolverConfiguration(environment: [
            "CONSUL_DNS_ADDR": "127.0.0.1:\(dns.port)", "CONSUL_HTTP_ADDR": "127.0.0.1:\(http.port)",
        ])
        configuration.http.token = .file(token.path)
        configuration.snapshot = ResolverConfiguration.Snapshot(path: disk.path(of: program))
        configuration.snapshot?.minimumInterval = .milliseconds(200)
        let resolver = try ServiceResolver(configuration: configuration, logger: nil, time: clock.source)
        leftovers.note(resolver)
        return try await use(resolver, in: body) { await $0.shutdown() }
    }

    /// Calls the body with a client of the agent through the network that fails, and shuts the client down.
    func withConsul<Output>(_ body: (ConsulHTTPClient) async throws -> Output) async throws -> Output {
        try await ClientSupport.withConsul(
            port: http.port,
            configure: { $0.token = .file(token.path) },
            { consul in
                leftovers.note(consul)
                return try await body(consul)
            }
        )
    }
}
