// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import ConsulResolver
import DNSWire
import TestSupport
import Testing

@testable import ResolutionModel

struct ServiceResolverQueryTests {
    private let question: Question

    init() throws {
        question = Question(name: try DomainName("web.service.consul"), type: .srv)
    }

    @Test func `A query goes on to TCP when the datagram proves nothing`() async throws {
        try await withScriptedDNSServer(script: { [.reply(.trimmed(to: $0, count: 3))] }) { server in
            try await withResolver(ports: [server.port]) { resolver in
                let automatic = try await resolver.query(question)
                let datagram = try await resolver.query(question, transport: .udp)
                #expect(automatic.transport == .tcp)
                #expect(datagram.transport == .udp)
            }
            #expect(server.queries.map(\.transport) == [.udp, .tcp, .udp])
        }
    }

    @Test func `A query returns the datagram when TCP is refused`() async throws {
        let script: ScriptedDNSServer.Script = { [.reply(.service(to: $0, count: 3))] }
        try await withScriptedDNSServer(transports: [.udp], script: script) { server in
            try await withResolver(ports: [server.port]) { resolver in
                let answer = try await resolver.query(question)
                #expect(answer.transport == .udp)
            }
        }
    }

    @Test(arguments: DNSReplyCode.allCases)
    func `A query is answered by any response code`(code: DNSReplyCode) async throws {
        let script: ScriptedDNSServer.Script = { query in
            [.reply(DNSReply(to: query).with { $0.code = code }.withEDNS(of: query))]
        }
        try await withScriptedDNSServer(script: script) { server in
            try await withResolver(ports: [server.port]) { resolver in
                let message = try await resolver.query(question, transport: .udp).message()
                #expect(message.responseCode.rawValue == UInt16(code.rawValue))
            }
        }
    }

    @Test(
        arguments: [
            (ResolverConfiguration.DNS.PayloadSize.automatic, UInt16(4096)), (.none, nil), (.bytes(512), 512),
            (.bytes(9000), 4096),
        ] as [(ResolverConfiguration.DNS.PayloadSize, UInt16?)]
    )
    func `A query advertises the given payload size`(
        size: ResolverConfiguration.DNS.PayloadSize,
        advertised: UInt16?
    ) async throws {
        try await withScriptedDNSServer(script: { [.reply(.service(to: $0, count: 1))] }) { server in
            try await withResolver(ports: [server.port]) { resolver in
                _ = try await resolver.query(question, transport: .udp, payloadSize: size)
            }
            #expect(server.queries.map(\.ednsSize) == [advertised])
        }
    }

    @Test func `A query goes to the next server when one does not answer`() async throws {
        try await withScriptedDNSServer(script: { _ in [] }) { first in
            await first.stop()
            try await withScriptedDNSServer(script: { [.reply(.service(to: $0, count: 1))] }) { second in
                try await withResolver(ports: [first.port, second.port]) { resolver in
                    let answer = try await resolver.query(question)
                    #expect(answer.server.port == UInt16(second.port))
                }
            }
        }
    }

    @Test
    func `A query without an answer fails with every attempt, also without any time`() async throws {
        try await withScriptedDNSServer(script: { _ in [] }) { server in
            await server.stop()
            try await withResolver(ports: [server.port]) { resolver in
                let refused = await #expect(throws: ResolutionFailure.self) { try await resolver.query(question) }
                #expect(refused?.attempts.map(\.code) == [.connectionFailed, .connectionFailed])
                let late = await #expect(throws: ResolutionFailure.self) {
                    try await resolver.query(question, timeout: .zero)
                }
                #expect(late?.attempts.map(\.code) == [.timedOut])
            }
        }
    }
}
