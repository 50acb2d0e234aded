// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

struct TargetTests {
    /// What came of a service with this answer, and the questions that were asked besides.
    private func resolve(
        transports: Set<TestSupport.DNSTransport> = [.udp, .tcp],
        _ script: @escaping @Sendable (ScriptedQuery) -> DNSReply
    ) async throws -> (resolution: Resolution, queries: [ScriptedQuery]) {
        try await withScriptedDNSServer(
            transports: transports,
            script: { [.reply(script($0).withEDNS(of: $0))] }
        ) { server in
            let resolution = try await withResolver(ports: [server.port]) { try await $0.resolve("web") }
            return (resolution, server.queries)
        }
    }

    @Test
    func `asks once for a name that several instances share, and prefers IPv6 as Consul does`() async throws {
        let (resolution, queries) = try await resolve { query in
            query.isForService
                ? .targets(["n1.node.dc1.consul.", "n1.node.dc1.consul.", "N2.node.dc1.consul."], to: query)
                : query.name.lowercased().hasPrefix("n1")
                    ? .addresses(v4: ["10.0.0.1"], to: query)
                    : .addresses(v4: ["10.0.0.2"], v6: ["2001:db8::2"], to: query)
        }
        #expect(resolution.authorities == ["10.0.0.1:8080", "[2001:db8::2]:8080"])
        #expect(resolution.endpoints.map(\.node) == ["n1", "N2"])
        #expect(resolution.isComplete)
        // An empty datagram about an address is what Consul says for the family that a node does not have.
        let asked = queries.filter { !$0.isForService }.map { "\($0.name.lowercased()) \($0.type)" }.sorted()
        #expect(
            asked == [
                "n1.node.dc1.consul. 1", "n1.node.dc1.consul. 28", "n2.node.dc1.consul. 1", "n2.node.dc1.consul. 28",
            ]
        )
    }

    @Test
    func `asks for missing addresses only when the answer is the one that will be used`() async throws {
        try await withScriptedDNSServer(script: { query in
            guard query.isForService else { return [.reply(.addresses(v4: ["10.0.0.1"], to: query))] }
            let reply = DNSReply.targets(["n1.node.dc1.consul."], to: query).with { $0.additional = [] }
            return [.reply(query.transport == .udp ? reply : .service(to: query, count: 1))]
        }) { server in
            let resolution = try await withResolver(ports: [server.port]) { try await $0.resolve("web") }
            #expect(resolution.authorities == ["10.0.0.0:8080"])
            #expect(server.queries.map(\.type) == [DNSType.srv, DNSType.srv])
        }
    }

    @Test
    func `asks for missing addresses of a datagram when TCP is refused`() async throws {
        try await withScriptedDNSServer(
            transports: [.udp],
            script: { query in
                let reply = DNSReply.targets(["n1.node.dc1.consul."], to: query).with { $0.additional = [] }
                return [.reply(query.isForService ? reply : .addresses(v4: ["10.0.0.1"], to: query))]
            }
        ) { server in
            let resolution = try await withResolver(ports: [server.port]) { try await $0.resolve("web") }
            #expect(resolution.authorities == ["10.0.0.1:8080"])
            #expect(!resolution.isComplete)
        }
    }

    @Test
    func `keeps the names of hosts outside of Consul, and reads names that spell an address`() async throws {
        let (resolution, queries) = try await resolve {
            .targets(["db.example.com.", "10.2.3.4.", "0a000009.addr.dc1.consul."], to: $0)
        }
        #expect(resolution.authorities == ["10.0.0.9:8080", "10.2.3.4:8080", "db.example.com:8080"])
        #expect(resolution.isComplete)
        #expect(queries.count == 1)
    }

    @Test
    func `drops targets that can be no address of anything, counts them, and does not ask again`() async throws {
        let (resolution, queries) = try await resolve {
            .targets(["10.1.1.1:99.", "/var/run/x\\.sock.", "0a000001.addr.dc1.consul."], to: $0)
        }
        #expect(resolution.authorities == ["10.0.0.1:8080"])
        #expect(resolution.isComplete && resolution.unusableInstances == 2)
        #expect(resolution.source == .dnsUDP)
        #expect(queries.count == 1)
    }

    @Test
    func `knows nothing when no target can be used, and does not ask the same server again`() async throws {
        let (resolution, queries) = try await resolve { .targets(["10.1.1.1:99.", "10.1.1.2:99."], to: $0) }
        #expect(resolution.failureCodes == [.unusableTargets])
        #expect(queries.count == 1)
    }

    @Test
    func `counts instances whose node has no address, as the server says`() async throws {
        let (resolution, _) = try await resolve { query in
            guard query.isForService else { return .nothing(to: query, code: .nameError) }
            return .targets(["gone.node.dc1.consul.", "0a000001.addr.dc1.consul."], to: query)
        }
        #expect(resolution.authorities == ["10.0.0.1:8080"])
        #expect(resolution.isComplete && resolution.unusableInstances == 1)
    }

    @Test
    func `does not call an answer complete when a node's address could not be asked for`() async throws {
        let (resolution, _) = try await resolve { query in
            guard query.isForService else { return DNSReply(to: query).with { $0.code = .serverFailure } }
            return .targets(["n1.node.dc1.consul.", "0a000001.addr.dc1.consul."], to: query)
        }
        #expect(resolution.authorities == ["10.0.0.1:8080"])
        #expect(!resolution.isComplete && resolution.unusableInstances == 0)
    }

    @Test
    func `takes the addresses of a name that all instances share, and says that they may not be all`() async throws {
        let (resolution, queries) = try await resolve { query in
            guard query.isForService else { return .addresses(v4: ["10.0.0.1", "10.0.0.2"], to: query) }
            return .targets(["web.service.dc1.consul.", "web.service.dc1.consul."], to: query)
        }
        #expect(resolution.authorities == ["10.0.0.1:8080", "10.0.0.2:8080"])
        #expect(!resolution.isComplete)
        #expect(queries.count { !$0.isForService && $0.type == DNSType.aaaa } == 1)
    }

    @Test
    func `takes the addresses of a shared name over TCP when a datagram may hold only some`() async throws {
        let (resolution, _) = try await resolve { query in
            guard query.isForService else {
                let count = query.transport == .udp ? 73 : 200
                return .addresses(v4: (0..<count).map(ConsulAgent.instanceAddress), to: query)
            }
            return .targets(Array(repeating: "web.service.dc1.consul.", count: 200), to: query)
        }
        #expect(resolution.endpoints.count == 200)
    }

    @Test func `knows nothing when instances share a name but not a port`() async throws {
        let (resolution, _) = try await resolve { query in
            guard query.isForService else { return .addresses(v4: ["10.0.0.1", "10.0.0.2"], to: query) }
            let one = DNSReply.targets(["web.service.dc1.consul."], port: 80, to: query)
            let other = DNSReply.targets(["web.service.dc1.consul."], port: 81, to: query)
            return one.with { $0.answers += other.answers }
        }
        #expect(resolution.failureCodes == [.ambiguousTargets])
    }

    @Test
    func `takes the root as a target for what RFC 2782 says: there is nothing here`() async throws {
        let (resolution, queries) = try await resolve { query in
            .targets(["."], to: query).with { reply in
                reply.isAuthoritative = false
                reply.answers[0].ttl = 9
            }
        }
        #expect(resolution.isEmpty)
        #expect(resolution.timeToLive == .seconds(9))
        #expect(queries.count == 1)
    }

    @Test func `keeps weights and ports of zero`() async throws {
        let (resolution, _) = try await resolve { query in
            .service(to: query, instances: [.init("10.0.0.1", port: 0, weight: 0, node: "n1")])
        }
        let endpoint = try #require(resolution.endpoints.first)
        #expect(endpoint.port == 0 && endpoint.weight == 0)
        #expect(endpoint.authority == "10.0.0.1:0")
    }

    @Test
    func `lists an address once, by whatever name it goes, with the larger weight`() async throws {
        let (resolution, _) = try await resolve { query in
            .service(
                to: query,
                instances: [
                    .init("10.0.0.1", weight: 2, node: "n2"), .init("10.0.0.1", weight: 5, node: "n1"),
                    .init("10.0.0.1", port: 81, node: "n1"),
                ]
            ).with { reply in
                let mapped: DNSName = "00000000000000000000ffff0a000001.addr.dc1.consul."
                reply.answers.append(
                    DNSRecord(DNSName(query.name), .srv(priority: 1, weight: 3, port: 8080, target: mapped))
                )
            }
        }
        #expect(resolution.authorities == ["10.0.0.1:8080", "10.0.0.1:81"])
        #expect(resolution.endpoints.first { $0.port == 8080 }?.weight == 5)
        #expect(resolution.endpoints.first { $0.port == 8080 }?.node == "n1")
        #expect(resolution.isComplete)
    }
}
