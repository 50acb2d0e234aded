// SPDX-License-Identifier: Apache-2.0

import DNSWire
import TestSupport
import Testing

@testable import ConsulDNS

@Suite(.serialized)
struct FormatErrorTests {
    private func script(code: DNSReplyCode, hasQuestion: Bool) -> ScriptedDNSServer.Script {
        { query in
            let reply = DNSReply(to: query).with {
                $0.code = code
                if !hasQuestion { $0.questionName = nil }
            }
            return [.reply(reply)]
        }
    }

    @Test(
        arguments: Transport.allCases,
        [(.formatError, true), (.formatError, false), (.notImplemented, false)] as [(DNSReplyCode, Bool)]
    )
    func `A format error is returned with its question or, as from Consul, as a bare header`(
        transport: Transport,
        reply: (code: DNSReplyCode, hasQuestion: Bool)
    ) async throws {
        try await withScriptedDNSServer(script: script(code: reply.code, hasQuestion: reply.hasQuestion)) { server in
            try await withDNSClient { client in
                // Twice: over TCP the first query is sent during the handshake, the second one after it.
                for name in serviceNames(2) {
                    let answer = try await client.ask(name, port: server.port, over: transport, edns: 1232)
                    let message = try answer.message()
                    #expect(message.responseCode.rawValue == UInt16(reply.code.rawValue))
                    #expect(message.questions.isEmpty == !reply.hasQuestion)
                    #expect((answer.bytes.count == 12) == !reply.hasQuestion)
                }
                // EDNS is left to the caller: no query was sent again without it.
                #expect(server.queries.map(\.ednsSize) == [1232, 1232])
            }
        }
    }

    @Test(arguments: Transport.allCases)
    func `A format error for one query does not affect others`(transport: Transport) async throws {
        let script: ScriptedDNSServer.Script = { query in
            let isBad = query.name.hasPrefix("s1")
            let refusal = DNSReply(to: query).with {
                $0.code = .formatError
                $0.questionName = nil
            }
            return [.reply(isBad ? refusal : namedReply(to: query))]
        }
        try await withScriptedDNSServer(script: script) { server in
            try await withDNSClient { client in
                let names = serviceNames(20)
                for (answer, name) in zip(await client.askAll(names, port: server.port, over: transport), names) {
                    if name.description.hasPrefix("s1") {
                        #expect(answer.bytes?.count == 12)
                    } else {
                        #expect(isNamed(answer.bytes, name))
                    }
                }
                #expect(server.queries.count == 20)
            }
        }
    }
}
