// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TestSupport

@Suite("A cluster of consul servers")
struct ConsulClusterTests {
    @Test("has one leader and shares its catalog")
    func sharing() async throws {
        let cluster = try await SharedConsulAgents.shared.cluster()
        #expect(try await SharedConsulAgents.shared.cluster() === cluster)
        let leader = try await cluster.leader()
        let followers = try await cluster.followers()
        #expect(followers.count == 2)
        #expect(!followers.contains { $0 === leader })
        try await followers[0].register(ServiceRegistration("cluster-web"))
        #expect(try await followers[1].get("/v1/health/service/cluster-web?consistent").body.contains("web-node"))
    }

    @Test("finds another leader, loses the last, and comes back with what it knew")
    func failover() async throws {
        try await withConsulCluster { cluster in
            let first = try await cluster.leader()
            try await first.register(ServiceRegistration("kept"))
            try await first.kill()
            let second = try await cluster.leader()
            #expect(second !== first)
            // In office it may be, and out of it again a moment later.
            try await asking("the leader to know", within: .seconds(10)) {
                try await second.get("/v1/health/service/kept").body.contains("web-node") ? () : nil
            }

            // A follower learns of what is settled only with the next word from the leader.
            let last = try #require(try await cluster.followers().first)
            try await asking("the last server to know", within: .seconds(10)) {
                try await last.get("/v1/health/service/kept?stale").body.contains("web-node") ? () : nil
            }
            try await second.kill()
            // It keeps what it has, and shows it to whoever does not insist on a leader.
            #expect(try await last.get("/v1/health/service/kept?stale").body.contains("web-node"))
            await #expect(throws: DeadlineExceeded.self) { try await cluster.leader(within: .milliseconds(200)) }

            async let restarted: Void = first.restart()
            try await second.restart()
            try await restarted
            _ = try await cluster.leader()
            #expect(try await first.get("/v1/health/service/kept").body.contains("web-node"))
        }
    }

    @Test("leaves no process behind")
    func stopping() async throws {
        let cluster = try await ConsulCluster.start(count: 1)
        let processes = cluster.servers.compactMap(\.processID)
        #expect(processes.count == 1)
        try await cluster.stop()
        #expect(!processes.contains(where: isAlive))
    }
}
