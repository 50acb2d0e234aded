// SPDX-License-Identifier: Apache-2.0

import DNSWire
import NIOConcurrencyHelpers
import TestSupport
import Testing

@testable import ConsulDNS

/// A server that answers as Consul does: over TCP it serves the queries of a connection one after the other, so that
/// one that hangs delays those behind it. Names that contain `hangs` hang until the gate is opened.
private final class HangingServer: Sendable {
    let gate = Gate()
    private let stuck = NIOLockedValueBox<Set<Int>>([])

    func steps(_ query: ScriptedQuery) -> [ScriptedStep] {
        let hangs = query.name.contains("hangs")
        guard let connection = query.connection else {
            return hangs ? [.hold(gate), .reply(namedReply(to: query))] : [.reply(namedReply(to: query))]
        }
        let isBehind = stuck.withLockedValue { stuck in
            if hangs { stuck.insert(connection) }
            return stuck.contains(connection)
        }
        return isBehind ? [.hold(gate), .reply(namedReply(to: query))] : [.reply(namedReply(to: query))]
    }
}

@Suite(.serialized)
struct IsolationTests {
    private func withHangingServer(
        _ body: (ScriptedDNSServer, HangingServer) async throws -> Void
    ) async throws {
        let hanging = HangingServer()
        try await withScriptedDNSServer(script: { hanging.steps($0) }) { server in
            defer { hanging.gate.release() }
            try await body(server, hanging)
        }
    }

    private func median(_ times: [Duration]) -> Duration { times.sorted()[times.count / 2] }

    @Test(arguments: Transport.allCases, [1, 64, 200])
    func `A datacenter that hangs does not slow a local lookup down to more than twice its time`(
        transport: Transport,
        hanging count: Int
    ) async throws {
        try await withHangingServer { server, hanging in
            try await withDNSClient { alone in
                try await withDNSClient { beside in
                    let held = (0..<count).map { DomainName(stringLiteral: "hangs\($0).service.dc2.consul") }
                    let tasks = held.map { name in
                        Task { try await beside.ask(name, port: server.port, over: transport, timeout: .seconds(3600)) }
                    }
                    try await server.waitForQueries(min(count, 64))
                    var usual: [Duration] = []
                    var measured: [Duration] = []
                    for name in serviceNames(101) {
                        for (client, isBeside) in [(alone, false), (beside, true)] {
                            let answer = try await client.ask(name, port: server.port, over: transport)
                            if isBeside { measured.append(answer.elapsed) } else { usual.append(answer.elapsed) }
                        }
                    }
                    #expect(median(measured) <= median(usual) * 2, "\(median(measured)), usually \(median(usual))")
                    // None of them was delayed: delayed queries wait for the gate.
                    #expect(hanging.gate.held >= min(count, 64))
                    for task in tasks { task.cancel() }
                    for task in tasks { _ = await task.result }
                }
            }
        }
    }

    @Test
    func `A slow name delays the queries behind it by half a retransmission interval only`() async throws {
        try await withHangingServer { server, hanging in
            try await withDNSClient(configure: { $0.retransmissionInterval = .milliseconds(400) }) { client in
                let slow = Task { try await client.ask("hangs.service.consul", port: server.port, over: .tcp) }
                try await server.waitForQueries(1)
                // Without the other connection, these would wait for the gate, which stays closed.
                for name in serviceNames(20) { try await client.expectAnswer(name, port: server.port, over: .tcp) }
                hanging.gate.release()
                _ = try await slow.value
                #expect(server.acceptedConnections == 2)
            }
        }
    }

    @Test func `Queries that hang leave the window once they are late`() async throws {
        try await withHangingServer { server, hanging in
            try await withDNSClient(configure: { $0.retransmissionInterval = .milliseconds(400) }) { client in
                let tasks = (0..<64).map { number in
                    let name = DomainName(stringLiteral: "hangs\(number).service.consul")
                    return Task { try await client.ask(name, port: server.port, timeout: .seconds(3600)) }
                }
                try await server.waitForQueries(64)
                for name in serviceNames(20) { try await client.expectAnswer(name, port: server.port) }
                hanging.gate.release()
                for task in tasks { _ = try await task.value }
            }
        }
    }

    @Test(arguments: Transport.allCases)
    func `Datacenters that hang cost a bounded number of connections`(transport: Transport) async throws {
        try await withHangingServer { server, _ in
            try await withDNSClient { client in
                let tasks = (0..<40).map { number in
                    let name = DomainName(stringLiteral: "hangs.service.dc\(number).consul")
                    return Task {
                        try await client.ask(name, port: server.port, over: transport, timeout: .seconds(3600))
                    }
                }
                let queries = try await server.waitForQueries(40)
                // The kernel chooses ports randomly: two of them may be equal.
                #expect((7...8).contains(Set(queries.map(\.sourcePort)).count))
                for task in tasks { task.cancel() }
                for task in tasks { _ = await task.result }
            }
        }
    }
}
