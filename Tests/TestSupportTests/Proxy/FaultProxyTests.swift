// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("A fault proxy")
struct FaultProxyTests {
    @Test("without faults is as good as none", arguments: DNSTransport.allCases)
    func transparency(transport: DNSTransport) async throws {
        try await withFaultProxyAndServer { proxy, server in
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

    @Test("lets messages of any size through whole", arguments: DNSTransport.allCases)
    func largeMessages(transport: DNSTransport) async throws {
        let message = (0..<60_000).map { UInt8(truncatingIfNeeded: $0) }
        try await withScriptedDNSServer(script: { _ in [.send(message)] }) { server in
            try await withFaultProxy(upstreamPort: server.port) { proxy in
                try await withPlainDNSClient(transport, port: proxy.port) { client in
                    try await client.send(TestQuestion.web)
                    let received = try await client.receive()
                    #expect(received == message)
                }
            }
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
        try await withFaultProxyAndServer { proxy, _ in
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
        try await withFaultProxyAndServer { proxy, _ in
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
        try await withFaultProxyAndServer { proxy, server in
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

    @Test("delays, and still delivers", arguments: DNSTransport.allCases)
    func delay(transport: DNSTransport) async throws {
        try await withFaultProxyAndServer { proxy, _ in
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

    @Test("changes replies", arguments: DNSTransport.allCases)
    func corruption(transport: DNSTransport) async throws {
        try await withFaultProxyAndServer { proxy, _ in
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
