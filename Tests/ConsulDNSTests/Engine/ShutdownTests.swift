// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulDNS

@Suite(.serialized)
struct ShutdownTests {
    @Test(
        arguments: Transport.allCases
    )
    func `A client that shuts down fails all sent and queued queries`(transport: Transport) async throws {
        try await withScriptedDNSServer(script: { _ in [] }) { server in
            try await withDNSClient(configure: { $0.maximumInFlight = 4 }) { client in
                let tasks = serviceNames(20).map { name in
                    Task { await client.failure(name, port: server.port, over: transport, timeout: .seconds(3600)) }
                }
                try await server.waitForQueries(4)
                await client.shutdown()
                for task in tasks { #expect(await task.value == DNSClientError(.closed)) }
            }
        }
    }

    @Test
    func `A client that has shut down refuses queries, and may be shut down again`() async throws {
        try await withScriptedDNSServer(script: { [.reply(namedReply(to: $0))] }) { server in
            try await withDNSClient { client in
                try await client.expectAnswer(port: server.port)
                await client.shutdown()
                #expect(await client.failure(port: server.port) == DNSClientError(.closed))
                await client.shutdown()
                async let again: Void = client.shutdown()
                async let oncemore: Void = client.shutdown()
                _ = await (again, oncemore)
                #expect(server.queries.count == 1)
            }
        }
    }

    @Test func `A client may shut down without any query`() async throws {
        try await withDNSClient { client in
            try await withDeadline(.seconds(20)) { await client.shutdown() }
        }
    }

    @Test(arguments: Transport.allCases)
    func `A client that shuts down under load ends every query`(transport: Transport) async throws {
        try await withScriptedDNSServer(script: { [.reply(namedReply(to: $0))] }) { server in
            for seed in 0..<10 as Range<UInt64> {
                var random = SeededGenerator(seed: seed)
                let moment = Int.random(in: 1...100, using: &random)
                try await withDNSClient { client in
                    let asked = WatchedValue(0)
                    let tasks = serviceNames(200).map { name in
                        Task {
                            asked.update { $0 += 1 }
                            return try await client.ask(name, port: server.port, over: transport)
                        }
                    }
                    try await asked.wait("questions", within: .seconds(20)) { $0 >= moment }
                    await client.shutdown()
                    try await withDeadline(.seconds(20), "every task") {
                        for (task, name) in zip(tasks, serviceNames(200)) {
                            switch await task.result {
                            case .success(let answer): #expect(isNamed(answer.bytes, name))
                            case .failure(let error): #expect((error as? DNSClientError)?.code == .closed)
                            }
                        }
                    }
                }
            }
        }
    }

    #if os(Linux)
    @Test
    func `A client leaves neither a thread nor a descriptor behind, even if only released`() async {
        // In a process of its own, because other tests start and end threads and descriptors.
        OpenDescriptors.keepFromChildren()
        await #expect(processExitsWith: .success) {
            await recordingErrors {
                try await withScriptedDNSServer(script: { [.reply(namedReply(to: $0))] }) { server in
                    // Opens all descriptors that the test itself opens once, including those of a sleeping task.
                    try await exercise(server)
                    try await Task.sleep(for: .milliseconds(1))
                    try await eventually("the first client to end") {
                        EngineThreads.ids.isEmpty && server.openConnections == 0
                    }
                    let before = OpenDescriptors.count
                    for _ in 0..<20 { try await exercise(server) }
                    try await eventually("all threads to end") { EngineThreads.ids.isEmpty }
                    try await eventually("all descriptors to be closed") { OpenDescriptors.count <= before }
                }
            }
        }
    }

    @Test func `A client that shuts down with queries under way leaves no thread behind`() async {
        OpenDescriptors.keepFromChildren()
        await #expect(processExitsWith: .success) {
            await recordingErrors {
                try await withScriptedDNSServer(script: { _ in [] }) { server in
                    for transport in Transport.allCases {
                        let client = try DNSClient()
                        let task = Task { [port = server.port] in
                            await client.failure(port: port, over: transport, timeout: .seconds(3600))
                        }
                        try await eventually("the query") { !server.queries.isEmpty }
                        #expect(EngineThreads.ids.count == 1)
                        await client.shutdown()
                        #expect(await task.value?.code == .closed)
                        server.forgetQueries()
                        try await eventually("the thread to end") { EngineThreads.ids.isEmpty }
                    }
                }
            }
        }
    }
    #endif
}

/// Uses and releases one client over both transports, and uses and shuts down another.
private func exercise(_ server: ScriptedDNSServer) async throws {
    let client = try DNSClient()
    for transport in Transport.allCases { try await client.expectAnswer(port: server.port, over: transport) }
    try await withDNSClient { client in
        for transport in Transport.allCases { try await client.expectAnswer(port: server.port, over: transport) }
    }
}
