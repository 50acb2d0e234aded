// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import TestSupport
import Testing

/// In front of the agent stands a server that drops every other request, as a load balancer with one dead backend does.
@Suite("A front that drops every other request")
struct LostConnectionTests {
    /// Drops the first of every two requests.
    private static func dropping(
        _ way: String,
        else answer: @escaping @Sendable (ScriptedHTTPRequest) -> [ScriptedHTTPStep]
    ) -> ScriptedHTTPServer.Script {
        let steps: [ScriptedHTTPStep] = way == "reset" ? [.resetConnection] : [.closeConnection]
        return { $0.sequence.isMultiple(of: 2) ? steps : answer($0) }
    }

    @Test("costs a read nothing, also one that is not to be retried", arguments: ["reset", "closed"])
    func read(way: String) async throws {
        try await withScriptedHTTPServer(script: Self.dropping(way) { _ in [.reply(.json("[]"))] }) { server in
            try await withClient(port: server.port) { client in
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

    @Test("loses a write, which is sent once", arguments: ["reset", "closed"])
    func write(way: String) async throws {
        try await withScriptedHTTPServer(script: Self.dropping(way) { _ in [.reply(.json("true"))] }) { server in
            try await withClient(port: server.port) { client in
                let request = WriteRequest(.put, RequestPath("/v1/kv/a"))
                let error = await #expect(throws: ConsulHTTPError.self) { try await client.write(request) }
                #expect(error?.code == .transport)
                #expect(error?.isRetryable == false)
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test("that drops two in a row fails a read that is not to be retried")
    func twice() async throws {
        try await withScriptedHTTPServer(script: { _ in [.resetConnection] }) { server in
            try await withClient(port: server.port) { client in
                var request = ReadRequest.nodes
                request.options.retries = false
                let error = await #expect(throws: ConsulHTTPError.self) { try await client.read(request) }
                #expect(error?.code == .transport)
                #expect(server.requests.count == 2)
            }
        }
    }

    @Test("that begins to answer and then drops the connection fails the read")
    func halfAnAnswer() async throws {
        let reply = ConsulReply.json("[\"a\"]")
        try await withScriptedHTTPServer(script: { _ in .reply(reply, cutAfter: 2) }) { server in
            try await withClient(port: server.port) { client in
                var request = ReadRequest.nodes
                request.options.retries = false
                let error = await #expect(throws: ConsulHTTPError.self) { try await client.read(request) }
                #expect(error?.code == .transport)
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test("that is silent instead is asked once")
    func silent() async throws {
        try await withScriptedHTTPServer(script: { _ in .silence }) { server in
            try await withClient(port: server.port) { client in
                let error = await #expect(throws: ConsulHTTPError.self) {
                    try await client.read(.nodes, timeout: .milliseconds(300))
                }
                #expect(error?.code == .timedOut)
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test("interrupts no watch")
    func watch() async throws {
        let gate = Gate()
        let entries = HealthEntry.instances(of: "web", count: 1)
        let script = Self.dropping("reset") { request -> [ScriptedHTTPStep] in
            request.parameter("index") == nil ? [.reply(.health(entries))] : .reply(.health(entries), after: gate)
        }
        try await withScriptedHTTPServer(script: script) { server in
            try await withClient(port: server.port) { client in
                let interruptions = WatchedValue<[String]>([])
                let watch = client.watchServiceHealth(ServiceHealthRequest("web"))
                let watcher = Task {
                    for try await update in watch {
                        if let error = update.interruption { interruptions.update { $0.append("\(error)") } }
                    }
                }
                // The question that waits is dropped the first time, and waits the second time.
                try await server.waitForRequest("the question, once more") {
                    $0.parameter("index") != nil && !$0.sequence.isMultiple(of: 2)
                }
                #expect(interruptions.current == [])
                watcher.cancel()
                gate.release()
            }
        }
    }
}
