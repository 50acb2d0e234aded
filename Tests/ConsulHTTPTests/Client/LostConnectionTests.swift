// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import TestSupport
import Testing

/// A server in front of the agent drops every other request, like a load balancer with one dead backend.
struct LostConnectionTests {
    /// Drops the first of every two requests.
    private static func dropping(
        _ way: String,
        else answer: @escaping @Sendable (ScriptedHTTPRequest) -> [ScriptedHTTPStep]
    ) -> ScriptedHTTPServer.Script {
        let steps: [ScriptedHTTPStep] = way == "reset" ? [.resetConnection] : [.closeConnection]
        return { $0.sequence.isMultiple(of: 2) ? steps : answer($0) }
    }

    @Test(arguments: ["reset", "closed"])
    func `A read succeeds after one lost connection, even with retries disabled`(way: String) async throws {
        try await withScriptedHTTPServer(script: Self.dropping(way) { _ in [.reply(.json("[]"))] }) { server in
            try await withConsul(port: server.port) { client in
                var request = ReadRequest.nodes
                request.options.retries = false
                for _ in 0..<10 {
                    let status = try await client.read(request).status
                    #expect(status == 200)
                }
                #expect(server.requests.count == 20)
            }
        }
    }

    @Test(arguments: ["reset", "closed"])
    func `A write with a lost connection fails, and is sent only once`(way: String) async throws {
        try await withScriptedHTTPServer(script: Self.dropping(way) { _ in [.reply(.json("true"))] }) { server in
            try await withConsul(port: server.port) { client in
                let request = WriteRequest(.put, RequestPath("/v1/kv/a"))
                let error = await #expect(throws: ConsulHTTPError.self) { try await client.write(request) }
                #expect(error?.code == .transport)
                #expect(error?.isRetryable == false)
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test
    func `A read with retries disabled fails after two lost connections`() async throws {
        try await withScriptedHTTPServer(script: { _ in [.resetConnection] }) { server in
            try await withConsul(port: server.port) { client in
                var request = ReadRequest.nodes
                request.options.retries = false
                let error = await #expect(throws: ConsulHTTPError.self) { try await client.read(request) }
                #expect(error?.code == .transport)
                #expect(server.requests.count == 2)
            }
        }
    }

    @Test
    func `A read fails if the connection is lost after the answer has begun`() async throws {
        let reply = ConsulReply.json("[\"a\"]")
        try await withScriptedHTTPServer(script: { _ in .reply(reply, cutAfter: 2) }) { server in
            try await withConsul(port: server.port) { client in
                var request = ReadRequest.nodes
                request.options.retries = false
                let error = await #expect(throws: ConsulHTTPError.self) { try await client.read(request) }
                #expect(error?.code == .transport)
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test func `A read is sent only once to a server that does not answer`() async throws {
        try await withScriptedHTTPServer(script: { _ in .silence }) { server in
            try await withConsul(port: server.port) { client in
                let error = await #expect(throws: ConsulHTTPError.self) {
                    try await client.read(.nodes, timeout: .milliseconds(300))
                }
                #expect(error?.code == .timedOut)
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test func `A watch is not interrupted by single lost connections`() async throws {
        let gate = Gate()
        let entries = HealthEntry.instances(of: "web", count: 1)
        let script = Self.dropping("reset") { request -> [ScriptedHTTPStep] in
            request.parameter("index") == nil ? [.reply(.health(entries))] : .reply(.health(entries), after: gate)
        }
        try await withScriptedHTTPServer(script: script) { server in
            try await withConsul(port: server.port) { client in
                let interruptions = WatchedValue<[String]>([])
                let watch = client.watchServiceHealth(ServiceHealthRequest("web"))
                let watcher = Task {
                    for try await update in watch {
                        if let error = update.interruption { interruptions.update { $0.append("\(error)") } }
                    }
                }
                // The blocking query is dropped the first time, and waits the second time.
                try await server.waitForRequest("the repeated query") {
                    $0.parameter("index") != nil && !$0.sequence.isMultiple(of: 2)
                }
                #expect(interruptions.current == [])
                watcher.cancel()
                gate.release()
            }
        }
    }
}
