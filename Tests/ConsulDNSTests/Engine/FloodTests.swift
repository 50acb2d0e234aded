// SPDX-License-Identifier: Apache-2.0

import CAres
import TestSupport
import Testing

@testable import ConsulDNS

struct FloodTests {
    @Test(arguments: Transport.allCases)
    func `A flood of stray messages is read in bounded rounds and ends no query`(transport: Transport) throws {
        let server = try PlainSocket(transport)
        let channel = try ShimChannel(port: server.port, over: transport)
        channel.send("web.service.consul")
        let id = try server.receiveID { channel.run() }
        // Twelve bytes: a header with another ID.
        let stray: [UInt8] = [UInt8(id >> 8) ^ 0xFF, UInt8(id & 0xFF), 0x81, 0x83, 0, 0, 0, 0, 0, 0, 0, 0]
        let sent = try server.flood(stray, upTo: 200_000)
        // Half a megabyte of a stream, 128 datagrams.
        let bound = transport == .tcp ? 4 * 131_074 / 14 + 1 : 128
        try #require(sent > bound, "the system accepts too little data for this test")
        var rounds = 0
        var seen: UInt64 = 0
        while seen < sent {
            let events = channel.run()
            try #require(events > 0, "the rest never arrived")
            let strays = channel.strays
            #expect(strays - seen <= bound)
            seen = strays
            rounds += 1
        }
        #expect(rounds > 1)
        #expect(channel.ended.isEmpty)
    }

    @Test(arguments: Transport.allCases)
    func `A flood of stray messages does not prevent a client from shutting down`(transport: Transport) async throws {
        let stop = WatchedValue(false)
        // The server sends stray messages until the test ends.
        let script: ScriptedDNSServer.Script = { query in
            if stop.current { return [] }
            let stray = DNSReply(to: query).bytes(.identifier)
            return (0..<10).flatMap { _ in
                Array(repeating: ScriptedStep.send(stray), count: 20) + [.delay(.milliseconds(1))]
            }
        }
        try await withScriptedDNSServer(script: script) { server in
            let client = try DNSClient()
            let tasks = serviceNames(10).map { name in
                Task { await client.failure(name, port: server.port, over: transport, timeout: .seconds(3600)) }
            }
            try await server.waitForQueries(1)
            try await withDeadline(.seconds(20), "the client") { await client.shutdown() }
            stop.update { $0 = true }
            for task in tasks { #expect(await task.value?.code == .closed) }
        }
    }

    @Test(arguments: Transport.allCases)
    func `A flood of stray messages does not delay queries to another server`(transport: Transport) async throws {
        let script: ScriptedDNSServer.Script = { query in
            let stray = DNSReply(to: query).bytes(.identifier)
            return Array(repeating: ScriptedStep.send(stray), count: 200)
        }
        try await withScriptedDNSServer(script: script) { flooding in
            try await withScriptedDNSServer(script: { [.reply(namedReply(to: $0))] }) { server in
                try await withDNSClient { client in
                    let tasks = serviceNames(20).map { name in
                        Task {
                            try await client.ask(name, port: flooding.port, over: transport, timeout: .seconds(3600))
                        }
                    }
                    try await flooding.waitForQueries(1)
                    for name in serviceNames(20) { try await client.expectAnswer(name, port: server.port) }
                    for task in tasks { task.cancel() }
                    for task in tasks { _ = await task.result }
                }
            }
        }
    }
}
