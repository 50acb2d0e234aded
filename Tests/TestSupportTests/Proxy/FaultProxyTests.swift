// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

struct FaultProxyTests {
    @Test(arguments: DNSTransport.allCases)
    func `A fault proxy without faults passes queries and replies on unchanged`(transport: DNSTransport) async throws {
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

    @Test(arguments: DNSTransport.allCases)
    func `A fault proxy passes on messages of any size`(transport: DNSTransport) async throws {
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

    @Test func `A fault proxy in front of a real agent passes on the agent's answer`() async throws {
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

    @Test func `A fault proxy sends each client its own replies`() async throws {
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

    @Test func `A fault proxy duplicates replies`() async throws {
        try await withFaultProxyAndServer { proxy, _ in
            try await proxy.update { $0.replies.duplicated = 1 }
            try await withPlainDNSClient(.udp, port: proxy.port) { client in
                try await client.send([9])
                #expect(try await client.receive() == [0, 9])
                #expect(try await client.receive() == [0, 9])
            }
        }
    }

    @Test(arguments: [false, true])
    func `A fault proxy discards queries or replies until the fault is removed`(swallowsQueries: Bool) async throws {
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

    @Test(arguments: DNSTransport.allCases)
    func `A fault proxy delays messages and still delivers them`(transport: DNSTransport) async throws {
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

    @Test(arguments: DNSTransport.allCases)
    func `A fault proxy corrupts replies`(transport: DNSTransport) async throws {
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
