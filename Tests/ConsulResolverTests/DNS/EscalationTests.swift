// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

struct EscalationTests {
    @Test
    func `A datagram with room left is enough, and the resolver advertises 4096 bytes to this machine`() async throws {
        try await withScriptedDNSServer(script: { [.reply(.service(to: $0, count: 3).withEDNS(of: $0))] }) { server in
            try await withResolver(ports: [server.port]) { resolver in
                let resolution = try await resolver.resolve("web")
                #expect(resolution.authorities == ["10.0.0.0:8080", "10.0.0.1:8080", "10.0.0.2:8080"])
                #expect(resolution.source == .dnsUDP)
                #expect(resolution.isComplete)
                #expect(resolution.server?.port == UInt16(server.port))
            }
            #expect(server.queries.map(\.transport) == [.udp])
            #expect(server.queries.map(\.ednsSize) == [4096])
            #expect(server.queries.map(\.name) == ["web.service.consul."])
        }
    }

    enum Doubt: String, CaseIterable, CustomTestStringConvertible {
        case truncated = "that says it is truncated"
        case withoutEDNS = "without EDNS"
        case full = "that is nearly full"
        case empty = "that is empty without a reason"

        var testDescription: String { rawValue }

        func datagram(_ query: ScriptedQuery) -> DNSReply {
            switch self {
            case .truncated: .service(to: query, count: 3).withEDNS(of: query).with { $0.isTruncated = true }
            case .withoutEDNS: .trimmed(to: query, count: 3)
            case .full: .trimmed(to: query, count: 70).withEDNS(of: query)
            case .empty: .nothing(to: query, code: .noError).withEDNS(of: query)
            }
        }
    }

    @Test(arguments: Doubt.allCases)
    func `The resolver queries again over TCP after a datagram`(doubt: Doubt) async throws {
        let script: ScriptedDNSServer.Script = { query in
            [.reply(query.transport == .udp ? doubt.datagram(query) : .service(to: query, count: 80))]
        }
        try await withScriptedDNSServer(script: script) { server in
            try await withResolver(ports: [server.port]) { resolver in
                let resolution = try await resolver.resolve("web")
                #expect(resolution.endpoints.count == 80)
                #expect(resolution.source == .dnsTCP)
                #expect(resolution.isComplete)
            }
            #expect(server.queries.map(\.transport) == [.udp, .tcp])
            #expect(server.queries.map(\.ednsSize) == [4096, nil])
        }
    }

    @Test
    func `The resolver returns what datagrams hold, every time, where TCP is unavailable`() async throws {
        let script: ScriptedDNSServer.Script = { [.reply(.trimmed(to: $0, count: 3))] }
        try await withScriptedDNSServer(transports: [.udp], script: script) { server in
            try await withResolver(ports: [server.port]) { resolver in
                for _ in 0..<3 {
                    let resolution = try await resolver.resolve("web")
                    #expect(resolution.endpoints.count == 3)
                    #expect(!resolution.isComplete)
                }
            }
        }
    }

    @Test
    func `A service that was too large is queried over TCP first, and over UDP once it has shrunk`() async throws {
        let count = WatchedValue(100)
        let script: ScriptedDNSServer.Script = { query in
            let isCut = query.transport == .udp && count.current > 70
            let reply: DNSReply =
                isCut ? .trimmed(to: query, count: 70) : .service(to: query, count: count.current)
            return [.reply(reply.withEDNS(of: query))]
        }
        try await withScriptedDNSServer(script: script) { server in
            try await withResolver(ports: [server.port]) { resolver in
                for expected in [100, 100, 20, 20] {
                    count.update { $0 = expected }
                    let resolution = try await resolver.resolve("web")
                    #expect(resolution.endpoints.count == expected)
                    #expect(resolution.isComplete)
                }
            }
            #expect(server.queries.map(\.transport) == [.udp, .tcp, .tcp, .tcp, .udp])
        }
    }

    @Test
    func `The instances of a datagram are returned as incomplete when TCP is refused`() async throws {
        let script: ScriptedDNSServer.Script = { [.reply(.trimmed(to: $0, count: 3))] }
        try await withScriptedDNSServer(transports: [.udp], script: script) { server in
            try await withResolver(ports: [server.port]) { resolver in
                let resolution = try await resolver.resolve("web")
                #expect(resolution.endpoints.count == 3)
                #expect(resolution.source == .dnsUDP)
                #expect(!resolution.isComplete)
            }
        }
    }

    @Test
    func `A complete answer of the second server is preferred to an incomplete one of the first`() async throws {
        let part: ScriptedDNSServer.Script = { [.reply(.trimmed(to: $0, count: 3))] }
        let whole: ScriptedDNSServer.Script = { [.reply(.service(to: $0, count: 5).withEDNS(of: $0))] }
        try await withScriptedDNSServer(transports: [.udp], script: part) { first in
            try await withScriptedDNSServer(script: whole) { second in
                try await withResolver(ports: [first.port, second.port]) { resolver in
                    let resolution = try await resolver.resolve("web")
                    #expect(resolution.endpoints.count == 5)
                    #expect(resolution.isComplete)
                }
            }
        }
    }

    @Test
    func `An incomplete answer of the first server is preferred to a negative one of the second`() async throws {
        let part: ScriptedDNSServer.Script = { [.reply(.trimmed(to: $0, count: 3))] }
        let nothing: ScriptedDNSServer.Script = { [.reply(.nothing(to: $0, code: .nameError).withEDNS(of: $0))] }
        try await withScriptedDNSServer(transports: [.udp], script: part) { first in
            try await withScriptedDNSServer(script: nothing) { second in
                try await withResolver(ports: [first.port, second.port]) { resolver in
                    let resolution = try await resolver.resolve("web")
                    #expect(resolution.endpoints.count == 3)
                    #expect(!resolution.isComplete)
                }
            }
        }
    }

    @Test
    func `An empty datagram is not taken for an empty service when TCP is refused`() async throws {
        let script: ScriptedDNSServer.Script = { [.reply(.nothing(to: $0, code: .noError).withEDNS(of: $0))] }
        try await withScriptedDNSServer(transports: [.udp], script: script) { server in
            try await withResolver(ports: [server.port]) { resolver in
                let resolution = try await resolver.resolve("web")
                #expect(resolution.failureCodes == [.trimmedAnswer, .connectionFailed])
            }
        }
    }

    @Test(arguments: [TestSupport.DNSTransport.udp, .tcp])
    func `A lookup uses the configured transport alone`(transport: TestSupport.DNSTransport) async throws {
        try await withScriptedDNSServer(script: { [.reply(.trimmed(to: $0, count: 3))] }) { server in
            let resolution = try await withResolver(
                ports: [server.port],
                configure: { $0.dns.transport = transport == .udp ? .udp : .tcp },
                { try await $0.resolve("web") }
            )
            #expect(server.queries.map(\.transport) == [transport])
            #expect(resolution.endpoints.count == 3)
            // TXT records would prove more, and so would a second transport.
            #expect(!resolution.isComplete)
        }
    }

    @Test(arguments: [3, 40])
    func `An answer without TXT records is complete when UDP and TCP agree`(count: Int) async throws {
        let script: ScriptedDNSServer.Script = { [.reply(.trimmed(to: $0, count: count).withEDNS(of: $0))] }
        try await withScriptedDNSServer(script: script) { server in
            try await withResolver(ports: [server.port]) { resolver in
                let resolution = try await resolver.resolve("web")
                #expect(resolution.endpoints.count == count)
                #expect(resolution.isComplete)
            }
            #expect(server.queries.map(\.transport) == [.udp, .tcp])
        }
    }

    @Test
    func `A datagram of its size confirms a large answer over TCP where DNS is the only source`() async throws {
        let script: ScriptedDNSServer.Script = { query in
            let isCut = query.transport == .udp && query.ednsSize == 4096
            return [.reply(.trimmed(to: query, count: isCut ? 80 : 200).withEDNS(of: query))]
        }
        try await withScriptedDNSServer(script: script) { server in
            try await withResolver(ports: [server.port]) { resolver in
                let resolution = try await resolver.resolve("web")
                #expect(resolution.endpoints.count == 200)
                #expect(resolution.isComplete)
            }
            #expect(server.queries.map(\.transport) == [.udp, .tcp, .udp])
        }
    }

    @Test
    func `An answer that lost an instance together with its TXT records is not taken for complete`() async throws {
        let script: ScriptedDNSServer.Script = { query in
            [.reply(query.transport == .udp ? .trimmed(to: query, count: 42) : .service(to: query, count: 43))]
        }
        try await withScriptedDNSServer(script: script) { server in
            try await withResolver(ports: [server.port]) { resolver in
                let resolution = try await resolver.resolve("web")
                #expect(resolution.endpoints.count == 43)
                #expect(resolution.isComplete)
                #expect(resolution.source == .dnsTCP)
            }
        }
    }

    @Test(
        arguments: [
            (UInt16(0), UInt16(1232)), (1232, 1232), (2000, 2000), (65535, 4096),
        ]
    )
    func `The advertised size stays between the least that proves something and the most that Consul sends`(
        configured: UInt16,
        advertised: UInt16
    ) async throws {
        try await withScriptedDNSServer(script: { [.reply(.service(to: $0, count: 3).withEDNS(of: $0))] }) { server in
            _ = try await withResolver(
                ports: [server.port],
                configure: { $0.dns.ednsPayloadSize = configured },
                { try await $0.resolve("web") }
            )
            #expect(server.queries.map(\.ednsSize) == [advertised])
        }
    }

    @Test
    func `NXDOMAIN from Consul is believed, for the time that its SOA record says`() async throws {
        let script: ScriptedDNSServer.Script = { query in
            [.reply(.nothing(to: query, code: .nameError, minimum: 7).withEDNS(of: query))]
        }
        try await withScriptedDNSServer(script: script) { server in
            try await withResolver(ports: [server.port]) { resolver in
                let resolution = try await resolver.resolve("web")
                #expect(resolution.isEmpty)
                #expect(resolution.isComplete)
                #expect(resolution.timeToLive == .seconds(7))
            }
            #expect(server.queries.count == 1)
        }
    }

    @Test func `A resolution has the least TTL of the records that it uses`() async throws {
        let script: ScriptedDNSServer.Script = { query in
            let reply = DNSReply.service(to: query, count: 2, ttl: 30).with { $0.additional[2].ttl = 4 }
            return [.reply(reply.withEDNS(of: query))]
        }
        try await withScriptedDNSServer(script: script) { server in
            try await withResolver(ports: [server.port]) { resolver in
                let resolution = try await resolver.resolve("web")
                #expect(resolution.timeToLive == .seconds(4))
            }
        }
    }
}
