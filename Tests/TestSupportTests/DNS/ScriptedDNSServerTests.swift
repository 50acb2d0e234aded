// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

struct ScriptedDNSServerTests {
    @Test(arguments: DNSTransport.allCases)
    func `A scripted DNS server follows its script and records queries over both transports`(transport: DNSTransport)
        async throws
    {
        let script: ScriptedDNSServer.Script = { [.reply(.service(to: $0, count: 2))] }
        try await withScriptedDNSServer(script: script) { server in
            let answer = try await ask(TestQuestion.webWithEDNS, transport, server)
            #expect(answer.prefix(2) == [0x12, 0x34])
            let query = try #require(try await server.waitForQueries(1).first)
            #expect(answer == DNSReply.service(to: query, count: 2).bytes)
            #expect(query.name == "wEb.service.consul.")
            #expect(query.type == DNSType.srv)
            #expect(query.ednsSize == 1232)
            #expect(query.transport == transport)
            #expect(query.connection == (transport == .tcp ? 0 : nil))
            #expect(query.bytes == TestQuestion.webWithEDNS)
            #expect(query.sourcePort > 0)
        }
    }

    @Test(arguments: DNSTransport.allCases)
    func `A scripted DNS server without steps stays silent, and serves other queries during a delay`(
        transport: DNSTransport
    ) async throws {
        let script: ScriptedDNSServer.Script = { query in
            switch query.sequence {
            case 0: []
            // Long enough for the third query to arrive in the meantime, even on a machine that is busy with other
            // tests.
            case 1: [.delay(.seconds(2)), .send([1])]
            default: [.send([2])]
            }
        }
        try await withScriptedDNSServer(script: script) { server in
            try await withPlainDNSClient(transport, port: server.port) { client in
                for _ in 0..<3 { try await client.send(TestQuestion.web) }
                #expect(try await client.receive() == [2])
                #expect(try await client.receive() == [1])
                #expect(server.queries.map(\.sequence) == [0, 1, 2])
                #expect(server.queries.allSatisfy { $0.ednsSize == nil })
            }
        }
    }

    @Test func `A scripted DNS server sends a message in segments that add up to the whole`() async throws {
        let message = [UInt8](0..<200)
        let script: ScriptedDNSServer.Script = { _ in [.sendSegmented(message, sizes: [1, 1, 7])] }
        try await withScriptedDNSServer(script: script) { server in
            for transport in DNSTransport.allCases {
                let answer = try await ask(TestQuestion.web, transport, server)
                #expect(answer == message)
            }
        }
    }

    @Test(arguments: [false, true])
    func `A scripted DNS server ends a connection in order or with a reset`(byReset: Bool) async throws {
        let end: ScriptedStep = byReset ? .resetConnection : .closeConnection
        // The length prefix announces more bytes than the client receives.
        try await withScriptedDNSServer(script: { _ in [.sendUnframed([0, 9, 1, 2]), end] }) { server in
            try await withPlainDNSClient(.tcp, port: server.port) { client in
                try await client.send(TestQuestion.web)
                let last = try await client.waitForEnd()
                #expect(last.wasReset == byReset)
                #expect(last.unread.isEmpty)
            }
        }
    }

    @Test func `A scripted DNS server numbers connections and serves several queries on one connection`() async throws {
        try await withScriptedDNSServer(script: { [.send([UInt8($0.connection ?? 99)])] }) { server in
            try await withPlainDNSClient(.tcp, port: server.port) { first in
                try await withPlainDNSClient(.tcp, port: server.port) { second in
                    for (client, number) in [(first, UInt8(0)), (second, 1), (first, 0)] {
                        try await client.send(TestQuestion.web)
                        #expect(try await client.receive() == [number])
                    }
                    #expect(server.openConnections == 2)
                    #expect(server.acceptedConnections == 2)
                }
            }
        }
    }

    @Test func `A scripted DNS server can stop, which refuses connections, and restart on its port`() async throws {
        try await withScriptedDNSServer(script: { _ in [.send([7])] }) { server in
            await server.stop()
            await #expect(throws: (any Error).self) { try await PlainDNSClient.connect(.tcp, port: server.port) }
            try await server.restart()
            server.setScript { _ in [.send([8])] }
            for transport in DNSTransport.allCases {
                let answer = try await ask(TestQuestion.web, transport, server)
                #expect(answer == [8])
            }
            server.forgetQueries()
            #expect(server.queries.isEmpty)
        }
    }

    @Test func `A scripted DNS server can serve a single transport`() async throws {
        // An agent that another test starts may inherit the socket that checked whether the port is free, and keep it
        // open. It is therefore enough that one of several ports refuses.
        var refusals = 0
        for _ in 0..<4 where refusals == 0 {
            try await withScriptedDNSServer(transports: [.udp], script: { _ in [.send([1])] }) { server in
                let answer = try await ask(TestQuestion.web, .udp, server)
                #expect(answer == [1])
                do {
                    try await PlainDNSClient.connect(.tcp, port: server.port).close()
                } catch {
                    refusals += 1
                }
            }
        }
        #expect(refusals > 0)
        try await withScriptedDNSServer(transports: [.tcp], script: { _ in [.send([1])] }) { server in
            let answer = try await ask(TestQuestion.web, .tcp, server)
            #expect(answer == [1])
        }
    }

    @Test func `A scripted DNS server can listen on the IPv6 loopback address`() async throws {
        try await withScriptedDNSServer(host: "::1", script: { _ in [.send([6])] }) { server in
            for transport in DNSTransport.allCases {
                let answer = try await ask(TestQuestion.web, transport, server)
                #expect(answer == [6])
            }
        }
    }

    @Test func `A scripted DNS server can send a datagram from another port`() async throws {
        // A connected UDP socket accepts datagrams from its peer only, so only the second message arrives.
        let script: ScriptedDNSServer.Script = { _ in
            [.sendFromElsewhere([1]), .delay(.milliseconds(20)), .send([2])]
        }
        try await withScriptedDNSServer(script: script) { server in
            let answer = try await ask(TestQuestion.web, .udp, server)
            #expect(answer == [2])
        }
    }

    @Test func `Waiting for queries that never come throws an error that names them`() async throws {
        try await withScriptedDNSServer(script: { _ in [] }) { server in
            let error = await #expect(throws: DeadlineExceeded.self) {
                try await server.waitForQueries(1, within: .milliseconds(10))
            }
            #expect(error?.description.contains("1 queries") == true)
        }
    }

    private func ask(_ query: [UInt8], _ transport: DNSTransport, _ server: ScriptedDNSServer) async throws -> [UInt8] {
        try await withPlainDNSClient(transport, host: server.host, port: server.port) { client in
            try await client.send(query)
            return try await client.receive()
        }
    }
}
