// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulDNS

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

@Suite(.serialized)
struct SilenceTests {
    @Test func `A query is sent again if its datagram was lost`() async throws {
        let script: ScriptedDNSServer.Script = { $0.sequence == 0 ? [] : [.reply(namedReply(to: $0))] }
        try await withScriptedDNSServer(script: script) { server in
            try await withDNSClient(configure: { $0.retransmissionInterval = .milliseconds(250) }) { client in
                try await client.expectAnswer(port: server.port)
                let queries = server.queries
                #expect(queries.count >= 2)
                #expect(Set(queries.map(\.id)).count == 1)
                #expect(Set(queries.map(\.name)) == ["web.service.consul."])
            }
        }
    }

    @Test(arguments: Transport.allCases)
    func `A query without an answer fails at its deadline and names the server`(transport: Transport) async throws {
        try await withScriptedDNSServer(script: { _ in [] }) { server in
            try await withDNSClient { client in
                let error = await client.failure(port: server.port, over: transport, timeout: .milliseconds(200))
                #expect(error == DNSClientError(.timedOut, server: .loopback(server.port), transport: transport))
            }
        }
    }

    @Test(arguments: [Duration.zero, .seconds(-1), .nanoseconds(1)])
    func `A query without time left fails at once`(timeout: Duration) async throws {
        try await withScriptedDNSServer(script: { _ in [] }) { server in
            try await withDNSClient { client in
                #expect(await client.failure(port: server.port, timeout: timeout)?.code == .timedOut)
            }
        }
    }

    @Test func `A query accepts an infinite deadline`() async throws {
        try await withScriptedDNSServer(script: { [.reply(namedReply(to: $0))] }) { server in
            try await withDNSClient { client in
                let forever = Duration.seconds(Int64.max)
                try await client.expectAnswer(port: server.port, timeout: forever)
            }
        }
    }

    @Test(arguments: Transport.allCases)
    func `A query to a closed port fails at once, and later ones succeed`(transport: Transport) async throws {
        try await withScriptedDNSServer(script: { [.reply(namedReply(to: $0))] }) { server in
            try await withDNSClient(configure: { $0.retransmissionInterval = .milliseconds(250) }) { client in
                await server.stop()
                for name in serviceNames(3) {
                    let error = await client.failure(name, port: server.port, over: transport)
                    #expect(error?.code == .connectionFailed)
                    #expect(error?.systemError == ECONNREFUSED)
                    #expect(error?.server == .loopback(server.port))
                }
                let refusals = await client.askAll(serviceNames(200), port: server.port, over: transport)
                for refusal in refusals {
                    #expect { try refusal.get() } throws: { ($0 as? DNSClientError)?.code == .connectionFailed }
                }
                try await server.restart()
                let answer = try await client.ask(port: server.port, over: transport)
                #expect(isNamed(answer.bytes, "web.service.consul"))
            }
        }
    }

    @Test
    func `Queries on a half-open connection are sent again on a new one`() async throws {
        try await withScriptedDNSServer(script: { [.reply(namedReply(to: $0))] }) { server in
            try await withFaultProxy(upstreamPort: server.port) { proxy in
                try await withDNSClient { client in
                    _ = try await client.ask(port: proxy.port, over: .tcp)
                    try await proxy.update { $0.streams.isBlackHole = true }
                    // Callers with short timeouts, which add up to the silence limit.
                    while proxy.counters.connections == 1 {
                        let error = await client.failure(port: proxy.port, over: .tcp, timeout: .milliseconds(300))
                        #expect(error?.code == .timedOut)
                        // The next query opens a new connection.
                        async let next = client.failure(port: proxy.port, over: .tcp, timeout: .milliseconds(100))
                        _ = await next
                        try #require(proxy.counters.streamQueries < 50)
                    }
                    try await proxy.update { $0.streams.isBlackHole = false }
                    let answer = try await client.ask(port: proxy.port, over: .tcp)
                    #expect(isNamed(answer.bytes, "web.service.consul"))
                }
            }
        }
    }
}
