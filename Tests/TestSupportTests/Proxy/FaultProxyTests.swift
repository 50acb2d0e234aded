// SPDX-License-Identifier: Apache-2.0

import NIOCore
import TestSupport
import Testing

@Suite("A fault proxy")
struct FaultProxyTests {
    /// A proxy in front of a server that answers a query with its number and the last byte it was sent.
    private func withProxy(_ body: (FaultProxy, ScriptedDNSServer) async throws -> Void) async throws {
        let script: ScriptedDNSServer.Script = { [.send([UInt8($0.sequence), $0.bytes.last ?? 0])] }
        try await withScriptedDNSServer(script: script) { server in
            try await withFaultProxy(upstreamPort: server.port, seed: 1) { proxy in
                try await body(proxy, server)
            }
        }
    }

    @Test("without faults is as good as none", arguments: DNSTransport.allCases)
    func transparency(transport: DNSTransport) async throws {
        try await withProxy { proxy, server in
            try await withPlainDNSClient(transport, port: proxy.port) { client in
                for number in 0..<3 as Range<UInt8> {
                    try await client.send(TestQuestion.web)
                    #expect(try await client.receive() == [number, 1])
                }
            }
            let counters = proxy.counters
            #expect(server.queries.allSatisfy { $0.bytes == TestQuestion.web })
            #expect(counters.connections == (transport == .tcp ? 1 : 0))
            #expect(transport == .tcp ? counters.streamReplies == 3 : counters.replies.forwarded == 3)
        }
    }

    @Test("in front of a real agent lets it be heard")
    func realAgent() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withFaultProxy(upstreamPort: agent.ports.dns) { proxy in
            for transport in DNSTransport.allCases {
                try await withPlainDNSClient(transport, port: proxy.port) { client in
                    try await client.send(TestQuestion.web)
                    #expect(try await client.receive().prefix(2) == [0x12, 0x34])
                }
            }
        }
    }

    @Test("keeps clients apart")
    func severalClients() async throws {
        try await withProxy { proxy, _ in
            try await withPlainDNSClient(.udp, port: proxy.port) { first in
                try await withPlainDNSClient(.udp, port: proxy.port) { second in
                    try await first.send([1])
                    #expect(try await first.receive() == [0, 1])
                    try await second.send([2])
                    #expect(try await second.receive() == [1, 2])
                    try await first.send([3])
                    #expect(try await first.receive() == [2, 3])
                }
            }
        }
    }

    @Test("doubles replies")
    func duplication() async throws {
        try await withProxy { proxy, _ in
            try await proxy.update { $0.replies.duplicated = 1 }
            try await withPlainDNSClient(.udp, port: proxy.port) { client in
                try await client.send([9])
                #expect(try await client.receive() == [0, 9])
                #expect(try await client.receive() == [0, 9])
            }
        }
    }

    @Test("swallows queries or replies until it is told to stop", arguments: [false, true])
    func blackHole(swallowsQueries: Bool) async throws {
        try await withProxy { proxy, server in
            try await withPlainDNSClient(.udp, port: proxy.port) { client in
                try await proxy.update {
                    $0.queries.isBlackHole = swallowsQueries
                    $0.replies.isBlackHole = !swallowsQueries
                }
                try await client.send([1])
                try await proxy.waitForCounters("the loss") { $0.queries.dropped + $0.replies.dropped == 1 }
                #expect(server.queries.count == (swallowsQueries ? 0 : 1))
                try await proxy.update { $0 = FaultProxy.Faults() }
                try await client.send([2])
                #expect(try await client.receive().last == 2)
            }
        }
    }

    @Test("swallows what comes over TCP")
    func streamBlackHole() async throws {
        try await withProxy { proxy, server in
            try await withPlainDNSClient(.tcp, port: proxy.port) { client in
                try await proxy.update { $0.streams.isBlackHole = true }
                try await client.send([1])
                try await proxy.waitForCounters("the query") { $0.streamQueries == 1 }
                try await proxy.update { $0.streams.isBlackHole = false }
                try await client.send([2])
                #expect(try await client.receive() == [0, 2])
                #expect(server.queries.map(\.bytes) == [[2]])
            }
        }
    }

    @Test("delays, and still delivers", arguments: DNSTransport.allCases)
    func delay(transport: DNSTransport) async throws {
        try await withProxy { proxy, _ in
            try await proxy.update {
                $0.queries.delay = .milliseconds(5)
                $0.replies.delay = .milliseconds(5)
                $0.streams.delay = .milliseconds(5)
            }
            try await withPlainDNSClient(transport, port: proxy.port) { client in
                try await client.send([5])
                #expect(try await client.receive() == [0, 5])
            }
        }
    }

    @Test("resets a connection when it has had its queries")
    func resetAfterQueries() async throws {
        try await withProxy { proxy, _ in
            try await proxy.update { $0.streams.resetAfterQueries = 2 }
            try await withPlainDNSClient(.tcp, port: proxy.port) { client in
                for number in 0..<2 as Range<UInt8> {
                    try await client.send([7])
                    #expect(try await client.receive() == [number, 7])
                }
                try await client.send([7])
                #expect(try await client.waitForEnd().wasReset)
            }
            #expect(proxy.counters.resets == 1)
        }
    }

    @Test("resets a connection in the middle of a reply")
    func resetAfterBytes() async throws {
        try await withProxy { proxy, _ in
            // The first reply takes four bytes with its length; of the second, one byte of its length comes through.
            try await proxy.update { $0.streams.resetAfterReplyBytes = 5 }
            try await withPlainDNSClient(.tcp, port: proxy.port) { client in
                try await client.send([1])
                #expect(try await client.receive() == [0, 1])
                try await client.send([2])
                let last = try await client.waitForEnd()
                #expect(last.wasReset && last.unread.isEmpty)
            }
            #expect(proxy.counters.streamReplyBytes == 5)
        }
    }

    @Test("closes half of a connection in good order")
    func halfClose() async throws {
        try await withProxy { proxy, _ in
            try await proxy.update { $0.streams.halfCloseAfterReplies = 1 }
            try await withPlainDNSClient(.tcp, port: proxy.port) { client in
                try await client.send([1])
                let last = try await client.waitForEnd()
                #expect(last.unread == [[0, 1]] && !last.wasReset)
            }
        }
    }

    @Test("refuses connections and takes them again")
    func refusing() async throws {
        try await withProxy { proxy, _ in
            try await proxy.update { $0.streams.refusesConnections = true }
            await #expect(throws: (any Error).self) { try await PlainDNSClient.connect(.tcp, port: proxy.port) }
            try await proxy.update { $0.streams.refusesConnections = false }
            try await withPlainDNSClient(.tcp, port: proxy.port) { client in
                try await client.send([1])
                #expect(try await client.receive() == [0, 1])
            }
        }
    }

    @Test("resets the connections there are")
    func resetAll() async throws {
        try await withProxy { proxy, _ in
            try await withPlainDNSClient(.tcp, port: proxy.port) { client in
                try await client.send([1])
                #expect(try await client.receive() == [0, 1])
                await proxy.resetConnections()
                #expect(try await client.waitForEnd().wasReset)
            }
        }
    }

    @Test("changes replies", arguments: DNSTransport.allCases)
    func corruption(transport: DNSTransport) async throws {
        try await withProxy { proxy, _ in
            try await proxy.update {
                $0.replies.corrupted = 1
                $0.streams.corrupted = 1
            }
            try await withPlainDNSClient(transport, port: proxy.port) { client in
                try await client.send([1])
                let reply = try await client.receive()
                #expect(reply.count == 2 && reply != [0, 1])
            }
        }
    }
}
