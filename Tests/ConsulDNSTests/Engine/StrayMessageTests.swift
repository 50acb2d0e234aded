// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulDNS

/// Messages that do not answer the question, each sent before the one that does.
private enum Stray: CaseIterable {
    case wrongID, wrongQuestion, query, empty, oneByte, eleven, headerOnly, cutInQuestion, twoQuestions, garbage

    func step(_ query: ScriptedQuery) -> ScriptedStep {
        let reply = DNSReply.service(to: query, instances: [.init("10.6.6.6", port: 666, node: "evil")])
        switch self {
        case .wrongID: return .send(reply.bytes(.identifier))
        case .wrongQuestion: return .send(reply.bytes(.question))
        case .query: return .send(query.bytes)
        case .empty: return .send([])
        case .oneByte: return .send([0])
        case .eleven: return .send(reply.bytes(.cut(to: 11)))
        case .headerOnly: return .send(reply.with { $0.questionName = nil }.bytes(.cut(to: 12)))
        case .cutInQuestion: return .send(reply.bytes(.cut(to: 20)))
        case .twoQuestions: return .send(reply.bytes(.flippedBit(1, inByte: 5)))
        case .garbage: return .send(reply.bytes.map { $0 ^ 0x5A })
        }
    }
}

@Suite(.serialized)
struct StrayMessageTests {
    @Test(arguments: Transport.allCases, Stray.allCases)
    fileprivate func `A stray message is ignored, and the answer behind it still arrives`(
        transport: Transport,
        stray: Stray
    ) async throws {
        let script: ScriptedDNSServer.Script = { [stray.step($0), .reply(namedReply(to: $0))] }
        try await withScriptedDNSServer(script: script) { server in
            try await withDNSClient { client in
                for name in serviceNames(3) {
                    try await client.expectAnswer(name, port: server.port, over: transport)
                }
                // No query was repeated, and no new connection was made.
                #expect(server.queries.count == 3)
                #expect(server.acceptedConnections == (transport == .tcp ? 1 : 0))
            }
        }
    }

    @Test func `A stray message from another sender is ignored`() async throws {
        let script: ScriptedDNSServer.Script = { query in
            let forged = DNSReply.service(to: query, instances: [.init("10.6.6.6", port: 666, node: "evil")])
            return [.sendFromElsewhere(forged.bytes), .delay(.milliseconds(50)), .reply(namedReply(to: query))]
        }
        try await withScriptedDNSServer(script: script) { server in
            try await withDNSClient { client in
                let answer = try await client.ask(port: server.port)
                #expect(isNamed(answer.bytes, "web.service.consul"))
            }
        }
    }

    @Test(arguments: Transport.allCases)
    func `A stray message that repeats an answer is ignored`(transport: Transport) async throws {
        let script: ScriptedDNSServer.Script = { Array(repeating: .reply(namedReply(to: $0)), count: 3) }
        try await withScriptedDNSServer(script: script) { server in
            try await withDNSClient { client in
                for name in serviceNames(20) {
                    try await client.expectAnswer(name, port: server.port, over: transport)
                }
                #expect(server.queries.count == 20)
            }
        }
    }
}
