// SPDX-License-Identifier: Apache-2.0

import DNSWire
import TestSupport
import Testing

@testable import ConsulDNS

@Suite(.serialized)
struct BadNetworkTests {
    /// Queries many names at once. Checks that every query ends, and that no answer is that of another.
    private func exercise(
        _ client: DNSClient,
        port: Int,
        over transport: Transport,
        count: Int,
        timeout: Duration = .seconds(120)
    ) async -> (answered: Int, failed: Int) {
        let names = serviceNames(count)
        let answers = await client.askAll(names, port: port, over: transport, timeout: timeout)
        var (answered, failed) = (0, 0)
        for (answer, name) in zip(answers, names) {
            switch answer {
            case .success(let answer):
                answered += 1
                #expect(!isOfAnother(answer.bytes, name))
            case .failure(let error):
                failed += 1
                #expect(error is DNSClientError)
            }
        }
        return (answered, failed)
    }

    /// Returns true if an answer is intact and for another name. A changed byte may make it unreadable or change its
    /// content: UDP's checksum does not apply here.
    private func isOfAnother(_ bytes: [UInt8], _ name: DomainName) -> Bool {
        guard let message = try? Message(parsing: bytes) else { return false }
        return message.questions.map(\.name) != [name]
    }

    @Test(
        arguments: 0..<4 as Range<UInt64>
    )
    func `Loss, duplication and reordering of datagrams only delay a query`(seed: UInt64) async throws {
        try await withScriptedDNSServer(script: { [.reply(namedReply(to: $0))] }) { server in
            try await withFaultProxy(upstreamPort: server.port, seed: seed) { proxy in
                try await proxy.update {
                    for path in [\FaultProxy.Faults.queries, \.replies] {
                        $0[keyPath: path].dropped = 0.1
                        $0[keyPath: path].duplicated = 0.1
                        $0[keyPath: path].reordered = 0.1
                    }
                }
                try await withDNSClient(configure: { $0.retransmissionInterval = .milliseconds(50) }) { client in
                    let names = serviceNames(300)
                    let answers = await client.askAll(names, port: proxy.port, over: .udp)
                    for (answer, name) in zip(answers, names) { #expect(isNamed(answer.bytes, name)) }
                    #expect(proxy.counters.queries.dropped + proxy.counters.replies.dropped > 0)
                }
            }
        }
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `A changed byte never turns an answer into one to another question`(seed: UInt64) async throws {
        try await withScriptedDNSServer(script: { [.reply(namedReply(to: $0))] }) { server in
            try await withFaultProxy(upstreamPort: server.port, seed: seed) { proxy in
                try await proxy.update {
                    $0.replies.corrupted = 0.5
                    $0.replies.duplicated = 0.2
                    $0.replies.reordered = 0.2
                }
                try await withDNSClient(configure: { $0.retransmissionInterval = .milliseconds(50) }) { client in
                    let outcome = await exercise(client, port: proxy.port, over: .udp, count: 300)
                    #expect(outcome.answered == 300)
                    #expect(proxy.counters.replies.corrupted > 50)
                }
            }
        }
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `Queries survive connections that are reset at any byte`(seed: UInt64) async throws {
        try await withScriptedDNSServer(script: { [.reply(namedReply(to: $0))] }) { server in
            try await withFaultProxy(upstreamPort: server.port, seed: seed) { proxy in
                var random = SeededGenerator(seed: seed)
                let bytes = Int.random(in: 200...4000, using: &random)
                try await proxy.update { $0.streams.resetAfterReplyBytes = bytes }
                try await withDNSClient { client in
                    let outcome = await exercise(client, port: proxy.port, over: .tcp, count: 300)
                    #expect(outcome.answered > 0)
                    #expect(proxy.counters.resets > 0)
                    try await proxy.update { $0.streams = .init() }
                    await proxy.resetConnections()
                    try await client.expectAnswer(port: proxy.port, over: .tcp)
                }
            }
        }
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `Queries survive changed bytes in a stream`(seed: UInt64) async throws {
        try await withScriptedDNSServer(script: { [.reply(namedReply(to: $0))] }) { server in
            try await withFaultProxy(upstreamPort: server.port, seed: seed) { proxy in
                try await proxy.update { $0.streams.corrupted = 0.2 }
                try await withDNSClient { client in
                    // A query with a changed question or ID is never answered: over TCP no query is repeated.
                    _ = await exercise(client, port: proxy.port, over: .tcp, count: 100, timeout: .seconds(1))
                    try await proxy.update { $0.streams = .init() }
                    await proxy.resetConnections()
                    try await client.expectAnswer(port: proxy.port, over: .tcp)
                }
            }
        }
    }
}
