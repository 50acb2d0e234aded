// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TestSupport

struct ConsulClusterTests {
    @Test func `A cluster has one leader and shares its catalog`() async throws {
        let cluster = try await SharedConsulAgents.shared.cluster()
        #expect(try await SharedConsulAgents.shared.cluster() === cluster)
        let leader = try await cluster.leader()
        let followers = try await cluster.followers()
        #expect(followers.count == 2)
        #expect(!followers.contains { $0 === leader })
        try await followers[0].register(ServiceRegistration("cluster-web"))
        #expect(try await followers[1].get("/v1/health/service/cluster-web?consistent").body.contains("web-node"))
    }

    @Test
    func `A cluster elects another leader, loses its quorum, and recovers with its catalog`() async throws {
        try await withConsulCluster { cluster in
            let first = try await cluster.leader()
            try await first.register(ServiceRegistration("kept"))
            try await first.kill()
            let second = try await cluster.leader()
            #expect(second !== first)
            // A new leader may lose its office again at once, so the read is repeated.
            try await asking("the leader to know", within: .seconds(10)) {
                try await second.get("/v1/health/service/kept").body.contains("web-node") ? () : nil
            }

            // A follower learns of a commit only with the next message from the leader.
            let last = try #require(try await cluster.followers().first)
            try await asking("the last server to know", within: .seconds(10)) {
                try await last.get("/v1/health/service/kept?stale").body.contains("web-node") ? () : nil
            }
            try await second.kill()
            // It keeps its data, and returns it for reads that do not require a leader.
            #expect(try await last.get("/v1/health/service/kept?stale").body.contains("web-node"))
            await #expect(throws: DeadlineExceeded.self) { try await cluster.leader(within: .milliseconds(200)) }

            async let restarted: Void = first.restart()
            try await second.restart()
            try await restarted
            _ = try await cluster.leader()
            #expect(try await first.get("/v1/health/service/kept").body.contains("web-node"))
        }
    }

    @Test func `A stopped cluster leaves no process behind`() async throws {
        let cluster = try await ConsulCluster.start(count: 1)
        let processes = cluster.servers.compactMap(\.processID)
        #expect(processes.count == 1)
        try await cluster.stop()
        #expect(!processes.contains(where: isAlive))
    }
}
