// SPDX-License-Identifier: Apache-2.0

import DNSWire
import TestSupport
import Testing

@testable import ConsulDNS

@Suite("On a bad network", .serialized)
struct BadNetworkTests {
    /// Asks for many names at once. Every question ends, and no answer is that of another.
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

    /// Whether an answer is intact and for another name. A changed byte may make it unreadable, or change what it says:
    /// UDP's checksum is not at work here.
    private func isOfAnother(_ bytes: [UInt8], _ name: DomainName) -> Bool {
        guard let message = try? Message(parsing: bytes) else { return false }
        return message.questions.map(\.name) != [name]
    }

    @Test(
        "every query ends, and loss, copies and changes of order do no more than delay it",
        arguments: 0..<4 as Range<UInt64>
    )
    func lossyDatagrams(seed: UInt64) async throws {
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

    @Test("a changed byte makes no answer the answer to another question", arguments: 0..<4 as Range<UInt64>)
    func corruptedDatagrams(seed: UInt64) async throws {
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

    @Test("connections are reset in the middle of everything", arguments: 0..<4 as Range<UInt64>)
    func brokenStreams(seed: UInt64) async throws {
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

    @Test("bytes in a stream are changed", arguments: 0..<4 as Range<UInt64>)
    func corruptedStreams(seed: UInt64) async throws {
        try await withScriptedDNSServer(script: { [.reply(namedReply(to: $0))] }) { server in
            try await withFaultProxy(upstreamPort: server.port, seed: seed) { proxy in
                try await proxy.update { $0.streams.corrupted = 0.2 }
                try await withDNSClient { client in
                    // A query or an id that was hit is never answered: nobody repeats anything over TCP.
                    _ = await exercise(client, port: proxy.port, over: .tcp, count: 100, timeout: .seconds(1))
                    try await proxy.update { $0.streams = .init() }
                    await proxy.resetConnections()
                    try await client.expectAnswer(port: proxy.port, over: .tcp)
                }
            }
        }
    }
}
