// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

@testable import ResolutionModel

/// A service that is too large for DNS.
struct BigServiceTests {
    private static let count = 5000

    @Test func `A service too large for DNS is found over HTTP until it has shrunk`() async throws {
        try await withConsulAgent { agent in
            try await agent.registerInstances(of: "big", count: Self.count, nodes: 25)
            try await withFaultProxy(upstreamPort: agent.ports.dns) { dns in
                try await withResolver(dns: dns.port, http: agent.ports.http) { configuration in
                    configuration.timeout = .seconds(20)
                    configuration.dns.attemptTimeout = .seconds(10)
                } _: { resolver in
                    try await checkWhole(try await resolver.resolve("big"))
                    let known = dns.counters
                    try await checkWhole(try await resolver.resolve("big"))
                    #expect(dns.counters == known)
                    for node in 1..<25 { try await agent.deregister(node: "big-node-\(node)") }
                    #expect(try await resolver.resolve("big").endpoints.count == Self.count / 25)
                    #expect(dns.counters == known)
                    let small = try await resolver.resolve("big")
                    #expect(small.source != .http && small.isComplete)
                    #expect(small.endpoints.count == Self.count / 25)
                }
            }
        }
    }

    @Test func `A part of a service too large for DNS is found when HTTP is silent`() async throws {
        let agent = try await SharedConsulAgents.shared.agent(configuration: #"{"node_name": "big"}"#)
        try await agent.registerInstances(of: "big", count: Self.count)
        try await withByteRelay(upstreamPort: agent.ports.http) { http in
            try await withResolver(dns: agent.ports.dns, http: http.port) { configuration in
                configuration.timeout = .seconds(4)
                configuration.dns.attemptTimeout = .seconds(2)
            } _: { resolver in
                try await checkWhole(try await resolver.resolve("big", timeout: .seconds(20)))
                try await http.set(.silent)
                for _ in 0..<2 {
                    let part = try await resolver.resolve("big")
                    #expect(!part.endpoints.isEmpty && !part.isComplete, "\(part.outcome)")
                }
            }
        }
    }

    private func checkWhole(_ resolution: Resolution) async throws {
        #expect(resolution.source == .http && resolution.isComplete)
        #expect(Set(resolution.authorities).count == Self.count)
    }
}
