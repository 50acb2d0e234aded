// SPDX-License-Identifier: Apache-2.0

import DNSWire
import Foundation
import TestSupport
import Testing

@testable import ConsulDNS

@Suite(.serialized)
struct ConcurrencyTests {
    @Test(arguments: Transport.allCases)
    func `Concurrent queries for the same name in any case are one on the wire`(transport: Transport) async throws {
        let held = WatchedValue<(steps: [ScriptedStep], isReleased: Bool)>(([], false))
        let script: ScriptedDNSServer.Script = { query in
            held.update { held in
                held.steps.append(.reply(namedReply(to: query)))
                held.isReleased = held.isReleased || query.name == "go.service.consul."
                guard held.isReleased else { return [] }
                defer { held.steps = [] }
                return held.steps
            }
        }
        let asking = WatchedValue(0)
        try await withScriptedDNSServer(script: script) { server in
            try await withDNSClient { client in
                let spellings: [DomainName] = ["web.service.consul", "WEB.service.consul", "wEb.sErvice.cOnsul"]
                let tasks = (0..<30).map { number in
                    Task {
                        asking.update { $0 += 1 }
                        return try await client.ask(spellings[number % 3], port: server.port, over: transport)
                    }
                }
                // The server answers once all queries have been submitted, but for one in each thread of the pool: the
                // system may have interrupted it just before. Such a query may come after the answer.
                try await asking.wait("30 tasks", within: .seconds(20)) { $0 == 30 }
                try await client.expectAnswer("go.service.consul", port: server.port, over: transport)
                for task in tasks {
                    let answer = try await task.value
                    #expect(isNamed(answer.bytes, "web.service.consul"))
                }
                #expect(server.queries.count <= 2 + ProcessInfo.processInfo.activeProcessorCount)
            }
        }
    }

    @Test(arguments: Transport.allCases)
    func `Concurrent queries for the same name are all sent if so configured`(transport: Transport) async throws {
        try await withScriptedDNSServer(script: { [.reply(namedReply(to: $0))] }) { server in
            try await withDNSClient(configure: { $0.coalescesQueries = false }) { client in
                let names = Array(repeating: DomainName(stringLiteral: "web.service.consul"), count: 30)
                let answers = await client.askAll(names, port: server.port, over: transport)
                #expect(answers.allSatisfy { isNamed($0.bytes, "web.service.consul") })
                #expect(server.queries.count == 30)
            }
        }
    }

    @Test
    func `Concurrent queries with different transports, types or sizes are not shared`() async throws {
        let script: ScriptedDNSServer.Script = { [.delay(.milliseconds(50)), .reply(DNSReply(to: $0))] }
        try await withScriptedDNSServer(script: script) { server in
            try await withDNSClient { client in
                let question = Question(name: "web.service.consul", type: .srv)
                let queries = [
                    DNSQuery(question), DNSQuery(question, ednsPayloadSize: 1232),
                    DNSQuery(question, recursionDesired: false),
                    DNSQuery(Question(name: "web.service.consul", type: .a)),
                ]
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for query in queries {
                        for transport in Transport.allCases {
                            group.addTask {
                                let server = Nameserver.loopback(server.port)
                                _ = try await client.query(
                                    query,
                                    server: server,
                                    transport: transport,
                                    timeout: .seconds(20)
                                )
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(server.queries.count == queries.count * Transport.allCases.count)
            }
        }
    }

    @Test(arguments: Transport.allCases, [1, 64, 1000])
    func `Concurrent queries are all answered, however many they are`(transport: Transport, window: Int) async throws {
        let script: ScriptedDNSServer.Script = { [.reply(namedReply(to: $0))] }
        try await withScriptedDNSServer(script: script) { server in
            try await withDNSClient(configure: { $0.maximumInFlight = window }) { client in
                let names = serviceNames(2000)
                let answers = await client.askAll(names, port: server.port, over: transport)
                let wrong = zip(answers, names).filter { !isNamed($0.bytes, $1) }
                // Queries are not retransmitted here: an answer lost for lack of buffer space would stay lost.
                #expect(wrong.isEmpty)
                #expect(server.queries.count == 2000)
            }
        }
    }

    @Test(arguments: Transport.allCases)
    func `Concurrent queries stay within the window`(transport: Transport) async throws {
        let script: ScriptedDNSServer.Script = { $0.name.hasPrefix("s") ? [] : [.reply(namedReply(to: $0))] }
        try await withScriptedDNSServer(script: script) { server in
            try await withDNSClient(configure: { $0.maximumInFlight = 8 }) { client in
                let tasks = serviceNames(100).map { name in
                    Task { try await client.ask(name, port: server.port, over: transport, timeout: .seconds(3600)) }
                }
                try await server.waitForQueries(8)
                // Time for a ninth, if there is one.
                try await withDNSClient { other in
                    for _ in 0..<20 { try await other.expectAnswer(port: server.port, over: transport) }
                }
                let queries = server.queries.filter { $0.name.hasPrefix("s") }
                #expect(queries.count == 8)
                #expect(Set(queries.map(\.id)).count == 8)
                for task in tasks { task.cancel() }
                for task in tasks { _ = await task.result }
            }
        }
    }

    @Test func `Concurrent queries of two clients to one server are not shared`() async throws {
        let script: ScriptedDNSServer.Script = { [.delay(.milliseconds(20)), .reply(namedReply(to: $0))] }
        try await withScriptedDNSServer(script: script) { server in
            try await withDNSClient { first in
                try await withDNSClient { second in
                    async let one: Void = first.expectAnswer(port: server.port)
                    async let two: Void = second.expectAnswer(port: server.port)
                    _ = try await (one, two)
                    #expect(server.queries.count == 2)
                    #expect(Set(server.queries.map(\.sourcePort)).count == 2)
                }
            }
        }
    }
}
