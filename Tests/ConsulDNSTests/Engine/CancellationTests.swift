// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulDNS

@Suite(.serialized)
struct CancellationTests {
    @Test(arguments: Transport.allCases)
    func `A canceled query throws at once, before its deadline`(transport: Transport) async throws {
        try await withScriptedDNSServer(script: { _ in [] }) { server in
            try await withDNSClient { client in
                let task = Task {
                    try await client.ask(port: server.port, over: transport, timeout: .seconds(3600))
                }
                try await server.waitForQueries(1)
                task.cancel()
                let outcome = try await withDeadline(.seconds(10), "the canceled query") { await task.result }
                #expect(throws: CancellationError.self) { try outcome.get() }
            }
        }
    }

    @Test(arguments: 0..<3)
    func `A canceled query does not affect others that wait for the same answer`(who: Int) async throws {
        let release = WatchedValue(false)
        let script: ScriptedDNSServer.Script = { query in
            query.name == "web.service.consul." && !release.current ? [] : [.reply(namedReply(to: query))]
        }
        try await withScriptedDNSServer(script: script) { server in
            try await withDNSClient(configure: { $0.retransmissionInterval = .milliseconds(250) }) { client in
                let tasks = (0..<3).map { _ in Task { try await client.ask(port: server.port) } }
                try await server.waitForQueries(1)
                tasks[who].cancel()
                await #expect(throws: CancellationError.self) { try await tasks[who].value }
                // From now on the server answers retransmissions.
                release.update { $0 = true }
                for (index, task) in tasks.enumerated() where index != who {
                    let answer = try await task.value
                    #expect(isNamed(answer.bytes, "web.service.consul"))
                }
            }
        }
    }

    @Test func `A query of an already canceled task is not sent`() async throws {
        try await withScriptedDNSServer(script: { [.reply(namedReply(to: $0))] }) { server in
            try await withDNSClient { client in
                let task = Task {
                    withUnsafeCurrentTask { $0?.cancel() }
                    return try await client.ask(port: server.port)
                }
                await #expect(throws: CancellationError.self) { try await task.value }
                try await client.expectAnswer("other.service.consul", port: server.port)
                #expect(server.queries.map(\.name) == ["other.service.consul."])
            }
        }
    }

    @Test func `A canceled query frees its place in the queue and in the window`() async throws {
        let script: ScriptedDNSServer.Script = { query in
            query.name.hasPrefix("silent") ? [] : [.reply(namedReply(to: query))]
        }
        try await withScriptedDNSServer(script: script) { server in
            try await withDNSClient(configure: { $0.maximumInFlight = 1 }) { client in
                let first = Task { try await client.ask("silent1", port: server.port, timeout: .seconds(3600)) }
                try await server.waitForQueries(1)
                let second = Task { try await client.ask("silent2", port: server.port, timeout: .seconds(3600)) }
                second.cancel()
                _ = await second.result
                first.cancel()
                _ = await first.result
                try await client.expectAnswer(port: server.port)
                #expect(!server.queries.contains { $0.name == "silent2." })
            }
        }
    }

    @Test(arguments: Transport.allCases)
    func `A query may be canceled at any moment, repeatedly, without a trace`(transport: Transport) async throws {
        try await withScriptedDNSServer(script: { [.reply(namedReply(to: $0))] }) { server in
            try await withDNSClient { client in
                let names = serviceNames(40)
                try await withDeadline(.seconds(60), "all tasks") {
                    await withTaskGroup(of: Void.self) { group in
                        for round in 0..<1000 {
                            group.addTask {
                                let name = names[round % names.count]
                                let task = Task { try await client.ask(name, port: server.port, over: transport) }
                                if round % 2 == 0 { await Task.yield() }
                                if round % 3 != 0 { task.cancel() }
                                if case .success(let answer) = await task.result {
                                    #expect(isNamed(answer.bytes, name))
                                }
                            }
                        }
                    }
                }
                try await client.expectAnswer(port: server.port, over: transport)
            }
        }
    }
}
