// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

struct FaultProxyStreamTests {
    @Test func `A fault proxy in black-hole mode discards queries over TCP`() async throws {
        try await withFaultProxyAndServer { proxy, server in
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

    @Test func `A fault proxy resets a connection after its number of queries`() async throws {
        try await withFaultProxyAndServer { proxy, _ in
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

    @Test func `A fault proxy resets a connection in the middle of a reply`() async throws {
        try await withFaultProxyAndServer { proxy, _ in
            // The first reply takes four bytes, its length prefix included. One byte of the second reply's prefix
            // passes.
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

    @Test func `A fault proxy closes one direction of a connection in order`() async throws {
        try await withFaultProxyAndServer { proxy, _ in
            try await proxy.update { $0.streams.halfCloseAfterReplies = 1 }
            try await withPlainDNSClient(.tcp, port: proxy.port) { client in
                try await client.send([1])
                let last = try await client.waitForEnd()
                #expect(last.unread == [[0, 1]] && !last.wasReset)
            }
        }
    }

    @Test func `A fault proxy refuses connections and accepts them again`() async throws {
        try await withFaultProxyAndServer { proxy, _ in
            try await proxy.update { $0.streams.refusesConnections = true }
            await #expect(throws: (any Error).self) { try await PlainDNSClient.connect(.tcp, port: proxy.port) }
            try await proxy.update { $0.streams.refusesConnections = false }
            try await withPlainDNSClient(.tcp, port: proxy.port) { client in
                try await client.send([1])
                #expect(try await client.receive() == [0, 1])
            }
        }
    }

    @Test func `A fault proxy resets its open connections on request`() async throws {
        try await withFaultProxyAndServer { proxy, _ in
            try await withPlainDNSClient(.tcp, port: proxy.port) { client in
                try await client.send([1])
                #expect(try await client.receive() == [0, 1])
                await proxy.resetConnections()
                #expect(try await client.waitForEnd().wasReset)
            }
        }
    }
}
