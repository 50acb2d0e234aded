// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

@testable import ResolutionModel

struct InstanceCountTests {
    /// Runs `body` with a resolver for a service of `count` instances, the proxy between resolver and agent, and the
    /// service's name.
    private func withService(
        of count: Int,
        _ body: (ServiceResolver, FaultProxy, String) async throws -> Void
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        let name = "count-\(count)"
        try await agent.registerInstances(of: name, count: count)
        try await withFaultProxy(upstreamPort: agent.ports.dns) { proxy in
            try await withResolver(ports: [proxy.port]) { try await body($0, proxy, name) }
        }
    }

    @Test(arguments: [1, 3, 4, 20, 50, 300, 900])
    func `All instances of a service are found, over TCP where a datagram proves too little`(count: Int) async throws {
        try await withService(of: count) { resolver, proxy, name in
            let fitsDatagram = count <= 20
            // TCP has no room for the TXT records, so a datagram confirms the answer.
            let confirmations = count > 600 ? 2 : 0
            for lookup in 1...2 {
                let resolution = try await resolver.resolve(name)
                #expect(resolution.isComplete)
                #expect(
                    resolution.authorities == (0..<count).map { "\(ConsulAgent.instanceAddress($0)):8080" }.sorted()
                )
                #expect(resolution.source == (fitsDatagram ? .dnsUDP : .dnsTCP), "lookup \(lookup)")
            }
            // After one truncated datagram, later queries go over TCP at once.
            #expect(proxy.counters.queries.received == (fitsDatagram ? 2 : 1 + confirmations))
            #expect(proxy.counters.streamQueries == (fitsDatagram ? 0 : 2))
            #expect(proxy.counters.connections == (fitsDatagram ? 0 : 1))
        }
    }

    @Test
    func `A service of two thousand instances is found as far as DNS carries it, as incomplete`() async throws {
        try await withService(of: 2000) { resolver, _, name in
            let resolution = try await resolver.resolve(name)
            #expect((900..<1024).contains(resolution.endpoints.count))
            #expect(Set(resolution.authorities).count == resolution.endpoints.count)
            #expect(resolution.source == .dnsTCP)
            #expect(!resolution.isComplete)
        }
    }

    @Test func `A service that has shrunk is queried over UDP again`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        for index in 0..<100 {
            let address = ConsulAgent.instanceAddress(index)
            try await agent.register(
                ServiceRegistration("shrinking", id: "shrinking-\(index)", address: address),
                node: index == 0 ? "stays" : "goes"
            )
        }
        try await withFaultProxy(upstreamPort: agent.ports.dns) { proxy in
            try await withResolver(ports: [proxy.port]) { resolver in
                let before = try await resolver.resolve("shrinking")
                #expect(before.endpoints.count == 100)
                try await agent.deregister(node: "goes")
                for source in [Resolution.Source.dnsTCP, .dnsUDP] {
                    let resolution = try await resolver.resolve("shrinking")
                    #expect(resolution.authorities == ["10.0.0.0:8080"])
                    #expect(resolution.source == source)
                }
            }
        }
    }

    @Test
    func `A service with critical instances only is empty, and so is an unknown service`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await agent.register(ServiceRegistration("ill", checks: [.critical]))
        try await withResolver(ports: [agent.ports.dns]) { resolver in
            for name in ["ill", "unheard-of"] {
                let resolution = try await resolver.resolve(name)
                #expect(resolution.isEmpty)
                #expect(resolution.source == .dnsUDP)
            }
        }
    }
}
