// SPDX-License-Identifier: Apache-2.0

import ClientSupport
import ConsulCoordination
import ConsulHTTP
import TestSupport

/// Counts what ended programs have left at Consul and in this process.
struct Remains: Sendable {
    let world: ChaosWorld

    @Sendable func sessions() async throws -> Int {
        try await withLeader { consul in
            try await consul.sessions.sessions(consistency: .consistent).value.count { $0.name == Chaos.sessionName }
        }
    }

    @Sendable func heldKeys() async throws -> Int {
        try await withLeader { consul in
            try await consul.keyValues.entries(under: "chaos/", consistency: .consistent).value.count {
                $0.session != nil
            }
        }
    }

    @Sendable func registrations() async throws -> Int {
        try await withLeader { consul in
            var count = 0
            for client in world.clients {
                var request = ServiceHealthRequest(RegisteringProgram.service(of: client))
                request.options.consistency = .consistent
                count += try await consul.serviceHealth(request).value.count
            }
            return count
        }
    }

    /// The clients of Consul and the resolvers that a task still uses.
    @Sendable func clients() -> Int { world.clients.map(\.leftovers.count).reduce(0, +) }

    /// The sockets of this process, without those on which the relays listen: one for HTTP and two for DNS.
    func librarySockets() -> Int {
        #if os(Linux)
        OpenDescriptors.sockets - 3 * world.clients.count
        #else
        0
        #endif
    }

    /// Stops the relays, which have connections of their own, and returns the number of sockets that are left.
    func sockets(beyond count: Int) async -> Int {
        for client in world.clients {
            await client.http.stop()
            await client.dns.stop()
        }
        return librarySockets() + 3 * world.clients.count - count
    }

    private func withLeader<Output: Sendable>(_ body: (ConsulHTTPClient) async throws -> Output) async throws -> Output
    {
        let leader = try await world.cluster.leader()
        return try await withConsul(port: leader.ports.http, body)
    }
}
