// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import TestSupport
import Testing

struct ShutdownTests {
    @Test func `A client that is shut down fails requests in flight and later ones`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(port: agent.ports.http) { client in
            _ = try await client.longPoll(.nodes, index: 1, wait: .milliseconds(1))
            let poll = Task { try await client.longPoll(.nodes, index: .max, wait: .seconds(60)).status }
            try await withDeadline(.seconds(30)) { await client.shutdown() }
            let error = await #expect(throws: ConsulHTTPError.self) { try await poll.value(within: .seconds(10)) }
            #expect(error?.code == .closed)
            let later = await #expect(throws: ConsulHTTPError.self) { try await client.read(.nodes) }
            #expect(later?.code == .closed)
            let poll2 = await #expect(throws: ConsulHTTPError.self) {
                try await client.longPoll(.nodes, index: 1, wait: .seconds(60)).status
            }
            #expect(poll2?.code == .closed)
        }
    }

    @Test
    func `A client without a shutdown deinitializes safely, used or unused`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        var configuration = ConsulHTTPClient.Configuration()
        configuration.address = try ConsulHTTPAddress("127.0.0.1:\(agent.ports.http)")
        _ = try ConsulHTTPClient(configuration: configuration)
        #expect(try await ConsulHTTPClient(configuration: configuration).read(.nodes).status == 200)
    }
}

/// A token closure that ignores both deadlines and the cancellation of its task.
struct StubbornClosureTests {
    private static func stubborn(_ asked: WatchedValue<Int> = WatchedValue(0)) -> TokenSource {
        .provider {
            asked.update { $0 += 1 }
            await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
            return "never"
        }
    }

    @Test
    func `A token closure that never returns delays no read beyond its deadline or cancellation`() async throws {
        try await withScriptedHTTPServer(script: { _ in [.reply(.json("[]"))] }) { server in
            try await withConsul(port: server.port, configure: { $0.token = Self.stubborn() }) { client in
                let late = Task { try await client.read(.nodes, timeout: .milliseconds(200)).status }
                let error = await #expect(throws: ConsulHTTPError.self) { try await late.value(within: .seconds(10)) }
                #expect(error?.code == .timedOut)
                let cancelled = Task { try await client.read(.nodes, timeout: .seconds(3600)).status }
                cancelled.cancel()
                await #expect(throws: CancellationError.self) { try await cancelled.value(within: .seconds(10)) }
            }
        }
    }

    @Test func `A token closure that never returns holds no permit`() async throws {
        let asked = WatchedValue(0)
        let token = TokenSource.provider {
            let number = asked.update { count in
                count += 1
                return count
            }
            if number <= 20 { await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in } }
            return "token"
        }
        try await withScriptedHTTPServer(script: { _ in [.reply(.health([HealthEntry]()))] }) { server in
            let configure: (inout ConsulHTTPClient.Configuration) -> Void = {
                $0.token = token
                $0.requestTimeout = .milliseconds(300)
                $0.connections.control = 1
            }
            try await withConsul(port: server.port, configure: configure) { client in
                let watchers = (0..<20).map { number in
                    Task {
                        for try await update in client.watchServiceHealth(ServiceHealthRequest("s\(number)")) {
                            if update.answer != nil { break }
                        }
                    }
                }
                for watcher in watchers { try await watcher.value(within: .seconds(60)) }
            }
        }
    }

    @Test
    func `A token closure that never returns does not delay the shutdown of a client with a watch`() async throws {
        let asked = WatchedValue(0)
        try await withScriptedHTTPServer(script: { _ in [.reply(.json("[]"))] }) { server in
            try await withConsul(port: server.port, configure: { $0.token = Self.stubborn(asked) }) { client in
                let watch = client.watchServiceHealth(ServiceHealthRequest("web"))
                let watcher = Task { for try await _ in watch {} }
                try await asked.wait("a call of the token closure", within: .seconds(20)) { $0 > 0 }
                try await withDeadline(.seconds(20), "the shutdown") { await client.shutdown() }
                _ = try await watcher.value(within: .seconds(10))
            }
        }
    }
}
