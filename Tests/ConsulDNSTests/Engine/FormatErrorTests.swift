// SPDX-License-Identifier: Apache-2.0

import DNSWire
import TestSupport
import Testing

@testable import ConsulDNS

@Suite("A server that cannot read the query", .serialized)
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
        "says so, with the question or, as Consul does, with nothing but a header",
        arguments: Transport.allCases,
        [(.formatError, true), (.formatError, false), (.notImplemented, false)] as [(DNSReplyCode, Bool)]
    )
    func delivered(transport: Transport, reply: (code: DNSReplyCode, hasQuestion: Bool)) async throws {
        try await withScriptedDNSServer(script: script(code: reply.code, hasQuestion: reply.hasQuestion)) { server in
            try await withDNSClient { client in
                // Twice: over TCP the first is sent while the connection is made, the second when it is there.
                for name in serviceNames(2) {
                    let answer = try await client.ask(name, port: server.port, over: transport, edns: 1232)
                    let message = try answer.message()
                    #expect(message.responseCode.rawValue == UInt16(reply.code.rawValue))
                    #expect(message.questions.isEmpty == !reply.hasQuestion)
                    #expect((answer.bytes.count == 12) == !reply.hasQuestion)
                }
                // EDNS is the caller's business: nothing was asked again without it.
                #expect(server.queries.map(\.ednsSize) == [1232, 1232])
            }
        }
    }

    @Test("about one question disturbs no other", arguments: Transport.allCases)
    func others(transport: Transport) async throws {
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
