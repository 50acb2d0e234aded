// SPDX-License-Identifier: Apache-2.0

import DNSWire
import TestSupport
import Testing

@testable import ConsulDNS

@Suite(.serialized)
struct AnswerDeliveryTests {
    @Test(arguments: Transport.allCases)
    func `An answer arrives byte for byte, with its server and transport`(transport: Transport) async throws {
        let sent = WatchedValue<[UInt8]>([])
        let script: ScriptedDNSServer.Script = { query in
            let reply = DNSReply.service(to: query, count: 3).with { $0.additional.append(.opt(udpSize: 4096)) }
            sent.update { $0 = reply.bytes }
            return [.reply(reply)]
        }
        try await withScriptedDNSServer(script: script) { server in
            try await withDNSClient { client in
                let answer = try await client.ask("wEb.service.consul", port: server.port, over: transport, edns: 1232)
                #expect(answer.bytes == sent.current)
                #expect(answer.server == .loopback(server.port))
                #expect(answer.transport == transport)
                #expect(answer.elapsed > .zero)
                let query = try #require(server.queries.first)
                #expect(query.name == "wEb.service.consul.")
                #expect(query.type == DNSType.srv)
                #expect(query.ednsSize == 1232)
            }
        }
    }

    @Test(arguments: Transport.allCases)
    func `An answer also arrives over IPv6`(transport: Transport) async throws {
        try await withScriptedDNSServer(host: "::1", script: { [.reply(namedReply(to: $0))] }) { server in
            try await withDNSClient { client in
                let answer = try await client.query(
                    .srv("web.service.consul"),
                    server: Nameserver(address: "::1", port: UInt16(server.port)),
                    transport: transport,
                    timeout: .seconds(20)
                )
                #expect(isNamed(answer.bytes, "web.service.consul"))
            }
        }
    }

    @Test(
        arguments: [[1], [2], [1, 1, 1], [2, 12], [3, 7, 1], [14, 1]]
    )
    func `An answer may arrive in pieces over TCP`(sizes: [Int]) async throws {
        let script: ScriptedDNSServer.Script = { [.sendSegmented(namedReply(to: $0).bytes, sizes: sizes)] }
        try await withScriptedDNSServer(script: script) { server in
            try await withDNSClient { client in
                for name in serviceNames(2) {
                    try await client.expectAnswer(name, port: server.port, over: .tcp)
                }
            }
        }
    }

    @Test func `An answer may arrive byte by byte over TCP`() async throws {
        let script: ScriptedDNSServer.Script = { query in
            let bytes = namedReply(to: query).bytes
            return [.sendSegmented(bytes, sizes: Array(repeating: 1, count: bytes.count + 1), pause: .milliseconds(1))]
        }
        try await withScriptedDNSServer(script: script) { server in
            try await withDNSClient { client in
                let answer = try await client.ask(port: server.port, over: .tcp)
                #expect(isNamed(answer.bytes, "web.service.consul"))
            }
        }
    }

    @Test
    func `An answer may arrive over TCP together with others and a part of the next`() async throws {
        let waiting = WatchedValue<[UInt8]>([])
        let script: ScriptedDNSServer.Script = { query in
            let message = namedReply(to: query).bytes
            return waiting.update { waiting in
                waiting += [UInt8(message.count >> 8), UInt8(message.count & 0xFF)] + message
                guard query.sequence == 9 else { return [] }
                let cut = waiting.count - 30
                return [
                    .sendUnframed(Array(waiting[..<cut])), .delay(.milliseconds(2)),
                    .sendUnframed(Array(waiting[cut...])),
                ]
            }
        }
        try await withScriptedDNSServer(script: script) { server in
            try await withDNSClient { client in
                let names = serviceNames(10)
                let answers = await client.askAll(names, port: server.port, over: .tcp)
                #expect(zip(answers, names).allSatisfy { isNamed($0.bytes, $1) })
            }
        }
    }

    @Test(
        arguments: [
            (.udp, 513), (.udp, 1232), (.udp, 4096), (.udp, 8192), (.tcp, 513), (.tcp, 16_384), (.tcp, 65_535),
        ] as [(Transport, Int)]
    )
    func `An answer of any possible size arrives whole`(transport: Transport, size: Int) async throws {
        let sent = WatchedValue<[UInt8]>([])
        let script: ScriptedDNSServer.Script = { query in
            let reply = DNSReply(to: query)
            let text = DNSRecord("web.service.consul.", .raw(type: DNSType.txt, []))
            let overhead = reply.with { $0.answers = [text] }.bytes.count
            let padding = [UInt8](repeating: 0xA5, count: size - overhead)
            let padded = reply.with {
                $0.answers = [DNSRecord("web.service.consul.", .raw(type: DNSType.txt, padding))]
            }
            sent.update { $0 = padded.bytes }
            return [.reply(padded)]
        }
        try await withScriptedDNSServer(script: script) { server in
            try await withDNSClient { client in
                let answer = try await client.ask(port: server.port, over: transport, edns: 4096)
                #expect(answer.bytes.count == size)
                #expect(answer.bytes == sent.current)
            }
        }
    }

    @Test(arguments: Transport.allCases, DNSReplyCode.allCases)
    func `An answer is returned whatever its code and flags`(transport: Transport, code: DNSReplyCode) async throws {
        let script: ScriptedDNSServer.Script = { query in
            let reply = DNSReply.nothing(to: query, code: code, minimum: 5)
            return [.reply(reply.with { $0.recursionAvailable = true })]
        }
        try await withScriptedDNSServer(script: script) { server in
            try await withDNSClient { client in
                let answer = try await client.ask(port: server.port, over: transport, edns: 1232)
                let message = try answer.message()
                #expect(message.responseCode.rawValue == UInt16(code.rawValue))
                #expect(message.flags.description == "qr aa rd ra")
                #expect(message.authority.count == 1)
                #expect(server.queries.count == 1)
            }
        }
    }

    @Test(arguments: Transport.allCases)
    func `A truncated answer is returned as it is, without a further query`(transport: Transport) async throws {
        let script: ScriptedDNSServer.Script = { query in
            [.reply(DNSReply.service(to: query, count: 3).with { $0.isTruncated = true })]
        }
        try await withScriptedDNSServer(script: script) { server in
            try await withDNSClient { client in
                let message = try await client.ask(port: server.port, over: transport).message()
                #expect(message.flags.contains(.truncated))
                #expect(message.answers.count == 3)
                #expect(server.queries.count == 1)
                #expect(server.acceptedConnections == (transport == .tcp ? 1 : 0))
            }
        }
    }

    @Test
    func `An answer with compressed targets or broken records is judged by its reader, not by c-ares`() async throws {
        let script: ScriptedDNSServer.Script = { query in
            let reply = DNSReply.service(to: query, count: 3).with { $0.compression = .everywhere }
            if query.name == "broken." { return [.send(reply.bytes(.pointerLoop(at: reply.firstAnswerPlace)))] }
            return [.reply(reply)]
        }
        try await withScriptedDNSServer(script: script) { server in
            try await withDNSClient { client in
                for transport in Transport.allCases {
                    let whole = try await client.ask(port: server.port, over: transport)
                    #expect(try whole.message().answers.count == 3)
                    let broken = try await client.ask("broken", port: server.port, over: transport)
                    #expect(throws: WireError.self) { try broken.message() }
                }
                #expect(server.queries.count == 4)
                #expect(server.acceptedConnections == 1)
            }
        }
    }
}
