// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

/// Real clusters with failing servers, under constant queries.
@Suite(.serialized)
struct ClusterStormTests {
    private static let constant = 5

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `No program misses an endpoint while a leader dies, is replaced and comes back`(
        dress: AgentDress
    ) async throws {
        try await withBusyCluster(dress) { cluster, users in
            let lost = try await cluster.leader()
            try await lost.kill()
            let next = try await cluster.leader()
            try await expectChangesToBeSeen(by: users, through: next)
            try await lost.restart()
            try await expectChangesToBeSeen(by: users, through: next)
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `No program misses an endpoint while the servers restart one after the other`(
        dress: AgentDress
    ) async throws {
        try await withBusyCluster(dress) { cluster, users in
            for server in cluster.servers {
                try await server.restart()
                _ = try await cluster.leader()
            }
            try await expectChangesToBeSeen(by: users, through: cluster.servers[0])
        }
    }

    /// Three servers, and three programs that query them with every strategy and know the service already.
    private func withBusyCluster(
        _ dress: AgentDress,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (ConsulCluster, ServiceUsers) async throws -> Void
    ) async throws {
        try await withConsulCluster(dress: dress) { cluster in
            // In one transaction: a server that replays its log has all of them or none.
            try await cluster.leader().registerInstances(of: "web", count: Self.constant)
            // HTTP has a single address, and DNS tries one first: that is a follower, and the leader is the server that
            // is lost.
            let followers = try await cluster.followers()
            let leader = try await cluster.leader()
            let dns = (followers + [leader]).map(\.ports.dns)
            try await withEveryStrategy(dns: dns, http: followers[0].ports.http) { resolvers in
                let constant = Set((0..<Self.constant).map { "\(ConsulAgent.instanceAddress($0)):8080" })
                try await withServiceUsers(
                    of: "web",
                    with: resolvers,
                    following: [.polling, .watch],
                    constant: constant
                ) { users in
                    try await body(cluster, users)
                }
            }
        }
    }

    private func expectChangesToBeSeen(by users: ServiceUsers, through server: ConsulAgent) async throws {
        let newcomer = ServiceRegistration("web", id: "newcomer", address: "10.9.0.1")
        // The first writes after an election may go to a server that is no longer the leader.
        for attempt in 1...5 {
            do {
                try await server.register(newcomer, node: "newcomer-1")
                break
            } catch {
                if attempt == 5 { throw error }
            }
        }
        try await users.wait("every program to see a new instance") { $1.endpoints.count == Self.constant + 1 }
        try await server.deregister(node: "newcomer-1")
        try await users.wait("every program to see that it is gone") {
            $1.endpoints.count == Self.constant && !$1.isStale
        }
    }
}
