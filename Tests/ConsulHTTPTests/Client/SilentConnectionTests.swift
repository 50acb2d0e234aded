// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import TestSupport
import Testing

/// A network that swallows what a connection carries: there is no error, and no answer ever arrives. The time limits of
/// these tests are below the ten seconds of a request: a swallowed read that waits for its own limit fails them.
struct SilentConnectionTests {
    private static let list = "[]"

    @Test func `A read on a silent connection is answered over a new one, and frees its permit`() async throws {
        let script: ScriptedHTTPServer.Script = { $0.sequence == 0 ? .silence : [.reply(.json(Self.list))] }
        try await withScriptedHTTPServer(script: script) { server in
            try await withConsul(port: server.port, configure: { $0.connections.control = 1 }) { client in
                let given = Task { try await client.read(.nodes, timeout: .seconds(3600)).status }
                let status = try await given.value(within: .seconds(8))
                #expect(status == 200)
                #expect(server.requests.map(\.keepsAlive) == [true, false])
                // Too short for a hedge: the read gets the permit of the first one.
                try await eventually("a read with the only permit", within: .seconds(8)) {
                    (try? await client.read(.nodes, timeout: .milliseconds(900))) != nil
                }
            }
        }
    }

    @Test func `Each of many swallowed reads gets the answer of its hedge, and no cancellation`() async throws {
        let script: ScriptedHTTPServer.Script = { $0.keepsAlive ? .silence : [.reply(.json(Self.list))] }
        try await withScriptedHTTPServer(script: script) { server in
            try await withConsul(port: server.port, configure: { $0.connections.control = 60 }) { client in
                try await withDeadline(.seconds(60), "all reads") {
                    try await withThrowingTaskGroup(of: Int.self) { group in
                        for _ in 0..<60 {
                            group.addTask { try await client.read(.nodes, timeout: .seconds(3600)).status }
                        }
                        for try await status in group { #expect(status == 200) }
                    }
                }
            }
        }
    }

    @Test func `A read whose answer stops in the middle is answered over a new connection`() async throws {
        let reply = ConsulReply.json(Self.list)
        let script: ScriptedHTTPServer.Script = { request in
            request.sequence == 0 ? [.send(reply.head)] : [.reply(reply)]
        }
        try await withScriptedHTTPServer(script: script) { server in
            try await withConsul(port: server.port) { client in
                let given = Task { try await client.read(.nodes, timeout: .seconds(3600)).status }
                let status = try await given.value(within: .seconds(8))
                #expect(status == 200)
            }
        }
    }

    @Test func `A read that is answered slowly is not dropped`() async throws {
        let gate = Gate()
        let script: ScriptedHTTPServer.Script = { request in
            request.keepsAlive ? .reply(.json(Self.list), after: gate) : .silence
        }
        try await withScriptedHTTPServer(script: script) { server in
            try await withConsul(port: server.port) { client in
                let given = Task { try await client.read(.nodes, timeout: .seconds(3600)).status }
                // The second hedge follows when the first one has been silent for as long as the read.
                try await server.waitForRequests(3)
                gate.release()
                let status = try await given.value(within: .seconds(8))
                #expect(status == 200)
            }
        }
    }

    @Test func `The error that Consul answers to a hedge is the error of the read`() async throws {
        let script: ScriptedHTTPServer.Script = { request in
            request.sequence == 0 ? .silence : [.reply(.failure(403, "Permission denied"))]
        }
        try await withScriptedHTTPServer(script: script) { server in
            try await withConsul(port: server.port) { client in
                let given = Task { try await client.read(.nodes, timeout: .seconds(3600)) }
                let error = await #expect(throws: ConsulHTTPError.self) { try await given.value(within: .seconds(8)) }
                #expect(error?.code == .denied)
            }
        }
    }

    @Test func `Watches whose reads were swallowed are up to date soon after that`() async throws {
        let script: ScriptedHTTPServer.Script = { request in
            request.parameter("index") == nil ? [.reply(.health([HealthEntry]()))] : .silence
        }
        try await withScriptedHTTPServer(script: script) { server in
            try await withByteRelay(upstreamPort: server.port) { relay in
                try await relay.set(.silent)
                try await withConsul(port: relay.port) { client in
                    // More than there are permits.
                    let answered = WatchedValue(0)
                    let watchers = (0..<30).map { number in
                        Task {
                            for try await update in client.watchServiceHealth(ServiceHealthRequest("s\(number)"))
                            where update.answer != nil {
                                return answered.update { $0 += 1 }
                            }
                        }
                    }
                    try await eventually("swallowed reads") { relay.acceptedConnections >= 10 }
                    try await relay.set(.open)
                    try await answered.wait("all answers", within: .seconds(8)) { $0 == 30 }
                    for watcher in watchers { watcher.cancel() }
                }
            }
        }
    }

    @Test func `Watches whose blocking queries and checks were swallowed show a change soon after that`() async throws {
        let content = WatchedValue((index: 7 as UInt64, body: [] as [HealthEntry]))
        let script: ScriptedHTTPServer.Script = { request in
            let (index, body) = content.current
            // The swallowed queries are those for the old index, which are never answered.
            guard request.parameter("index").flatMap({ UInt64($0) }) ?? 0 < index else { return .silence }
            return [.reply(.health(body, index: index))]
        }
        try await withScriptedHTTPServer(script: script) { server in
            try await withByteRelay(upstreamPort: server.port) { relay in
                try await withConsul(port: relay.port) { client in
                    let (seen, changed) = (WatchedValue(0), WatchedValue(0))
                    let watchers = (0..<10).map { number in
                        Task {
                            for try await update in client.watchServiceHealth(ServiceHealthRequest("s\(number)")) {
                                guard let value = update.value else { continue }
                                if value.isEmpty { seen.update { $0 += 1 } } else { changed.update { $0 += 1 } }
                            }
                        }
                    }
                    try await seen.wait("the first answers", within: .seconds(20)) { $0 == 10 }
                    try await server.waitForRequests(20)
                    try await relay.set(.silent)
                    content.update { $0 = (8, [HealthEntry(ServiceRegistration("web", port: 80))]) }
                    // Long enough for checks to be swallowed: they begin every three seconds or so.
                    try await Task.sleep(for: .seconds(5))
                    try await relay.set(.open)
                    try await changed.wait("all changes", within: .seconds(8)) { $0 == 10 }
                    for watcher in watchers { watcher.cancel() }
                }
            }
        }
    }
}
