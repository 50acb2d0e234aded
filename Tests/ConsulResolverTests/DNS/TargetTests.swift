// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

@testable import ResolutionModel

struct TargetTests {
    /// The resolution of a service with this answer, and all queries that it took.
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
    func `A shared name is queried once, and its IPv6 address is preferred as in Consul`() async throws {
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
        // An empty datagram is Consul's answer for an address family that a node does not have.
        let asked = queries.filter { !$0.isForService }.map { "\($0.name.lowercased()) \($0.type)" }.sorted()
        #expect(
            asked == [
                "n1.node.dc1.consul. 1", "n1.node.dc1.consul. 28", "n2.node.dc1.consul. 1", "n2.node.dc1.consul. 28",
            ]
        )
    }

    @Test
    func `Missing addresses are queried only for the answer that is used`() async throws {
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
    func `Missing addresses of a datagram are queried when TCP is refused`() async throws {
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
    func `Host names outside of Consul are kept, and names that spell an address are read as one`() async throws {
        let (resolution, queries) = try await resolve {
            .targets(["db.example.com.", "10.2.3.4.", "0a000009.addr.dc1.consul."], to: $0)
        }
        #expect(resolution.authorities == ["10.0.0.9:8080", "10.2.3.4:8080", "db.example.com:8080"])
        #expect(resolution.isComplete)
        #expect(queries.count == 1)
    }

    @Test
    func `Targets that can be no address are dropped and counted, and are not queried again`() async throws {
        let (resolution, queries) = try await resolve {
            .targets(["10.1.1.1:99.", "/var/run/x\\.sock.", "0a000001.addr.dc1.consul."], to: $0)
        }
        #expect(resolution.authorities == ["10.0.0.1:8080"])
        #expect(resolution.isComplete && resolution.unusableInstances == 2)
        #expect(resolution.source == .dnsUDP)
        #expect(queries.count == 1)
    }

    @Test
    func `An answer without a usable target is a failure, and the same server is not queried again`() async throws {
        let (resolution, queries) = try await resolve { .targets(["10.1.1.1:99.", "10.1.1.2:99."], to: $0) }
        #expect(resolution.failureCodes == [.unusableTargets])
        #expect(queries.count == 1)
    }

    @Test
    func `An instance is counted as unusable if the server has no address for its node`() async throws {
        let (resolution, _) = try await resolve { query in
            guard query.isForService else { return .nothing(to: query, code: .nameError) }
            return .targets(["gone.node.dc1.consul.", "0a000001.addr.dc1.consul."], to: query)
        }
        #expect(resolution.authorities == ["10.0.0.1:8080"])
        #expect(resolution.isComplete && resolution.unusableInstances == 1)
    }

    @Test
    func `An answer is not complete if the query for a node's address failed`() async throws {
        let (resolution, _) = try await resolve { query in
            guard query.isForService else { return DNSReply(to: query).with { $0.code = .serverFailure } }
            return .targets(["n1.node.dc1.consul.", "0a000001.addr.dc1.consul."], to: query)
        }
        #expect(resolution.authorities == ["10.0.0.1:8080"])
        #expect(!resolution.isComplete && resolution.unusableInstances == 0)
    }

    @Test
    func `Addresses of a name that all instances share are taken, and reported as incomplete`() async throws {
        let (resolution, queries) = try await resolve { query in
            guard query.isForService else { return .addresses(v4: ["10.0.0.1", "10.0.0.2"], to: query) }
            return .targets(["web.service.dc1.consul.", "web.service.dc1.consul."], to: query)
        }
        #expect(resolution.authorities == ["10.0.0.1:8080", "10.0.0.2:8080"])
        #expect(!resolution.isComplete)
        #expect(queries.count { !$0.isForService && $0.type == DNSType.aaaa } == 1)
    }

    @Test
    func `Addresses of a shared name are taken over TCP where a datagram may hold only some`() async throws {
        let (resolution, _) = try await resolve { query in
            guard query.isForService else {
                let count = query.transport == .udp ? 73 : 200
                return .addresses(v4: (0..<count).map(ConsulAgent.instanceAddress), to: query)
            }
            return .targets(Array(repeating: "web.service.dc1.consul.", count: 200), to: query)
        }
        #expect(resolution.endpoints.count == 200)
    }

    @Test func `Instances that share a name but not a port are a failure`() async throws {
        let (resolution, _) = try await resolve { query in
            guard query.isForService else { return .addresses(v4: ["10.0.0.1", "10.0.0.2"], to: query) }
            let one = DNSReply.targets(["web.service.dc1.consul."], port: 80, to: query)
            let other = DNSReply.targets(["web.service.dc1.consul."], port: 81, to: query)
            return one.with { $0.answers += other.answers }
        }
        #expect(resolution.failureCodes == [.ambiguousTargets])
    }

    @Test
    func `A root target means that the service is not available, as RFC 2782 says`() async throws {
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

    @Test func `An endpoint keeps a weight and a port of zero`() async throws {
        let (resolution, _) = try await resolve { query in
            .service(to: query, instances: [.init("10.0.0.1", port: 0, weight: 0, node: "n1")])
        }
        let endpoint = try #require(resolution.endpoints.first)
        #expect(endpoint.port == 0 && endpoint.weight == 0)
        #expect(endpoint.authority == "10.0.0.1:0")
    }

    @Test
    func `An address is listed once under whatever name it has, with the larger weight`() async throws {
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
