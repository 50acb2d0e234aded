// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TestSupport

struct ScriptedHTTPServerTests {
    @Test
    func `A scripted HTTP server follows its script and records requests byte for byte`() async throws {
        let script = ScriptedHTTPServer.inOrder([.reply(.json("[1]"))])
        try await withScriptedHTTPServer(script: script) { server in
            let text = "PUT /v1/a%20b?passing&tag=a%2Fb+c&tag=d HTTP/1.1\r\nHost: x\r\nX-cOnSul-Token: t\r\n"
            let reply = try await exchange(text + "Content-Length: 3\r\nConnection: close\r\n\r\nabc", server)
            #expect(reply.hasSuffix("\r\n\r\n[1]"))
            let request = try await server.waitForRequest { $0.path.hasPrefix("/v1/a") }
            #expect(request.method == "PUT" && request.path == "/v1/a%20b" && request.body == Array("abc".utf8))
            #expect(
                request.query == [
                    HeaderField("passing", ""), HeaderField("tag", "a/b c"), HeaderField("tag", "d"),
                ]
            )
            #expect(request.parameter("passing") == "" && request.parameter("stale") == nil)
            #expect(request.headers[1] == HeaderField("X-cOnSul-Token", "t"))
            #expect(request.header("x-consul-token") == "t")
        }
    }

    @Test func `A scripted HTTP server selects its answers by order or by path`() async throws {
        let ordered = ScriptedHTTPServer.inOrder([.reply(.json("1"))], [.reply(.json("2"))])
        try await withScriptedHTTPServer(script: ordered) { server in
            for expected in ["1", "2", "2"] {
                let reply = try await get("/", server)
                #expect(reply.body == expected)
            }
        }
        let paths = ScriptedHTTPServer.byPath(["/v1": [.reply(.noLeader)], "/v1/status": [.reply(.json("3"))]])
        try await withScriptedHTTPServer(script: paths) { server in
            let leader = try await get("/v1/status/leader", server)
            #expect(leader.body == "3")
            let statuses = [try await get("/v1/kv/x", server).status, try await get("/", server).status]
            #expect(statuses == [500, 404])
        }
    }

    @Test
    func `A scripted HTTP server serves several requests on one connection and counts connections`() async throws {
        let script: ScriptedHTTPServer.Script = { [.reply(.json("\($0.connection)/\($0.sequence)"))] }
        try await withScriptedHTTPServer(script: script) { server in
            let two = "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            let answers = try await exchange(two, server)
            #expect(answers.contains("0/0") && answers.hasSuffix("0/1"))
            let third = try await get("/", server)
            #expect(third.body == "1/2")
            try await server.waitForOpenConnections(0)
            #expect(server.acceptedConnections == 2)
        }
    }

    @Test func `A scripted HTTP server holds an answer or its body until the test opens the gate`() async throws {
        for holdsHead in [true, false] {
            let gate = Gate()
            let reply = ConsulReply.json("held")
            let steps: [ScriptedHTTPStep] = holdsHead ? .reply(reply, after: gate) : .reply(reply, bodyAfter: gate)
            try await withScriptedHTTPServer(script: { $0.sequence == 0 ? steps : [.reply(.json("next"))] }) { server in
                async let held = get("/held", server)
                try await server.waitForRequests(1)
                let next = try await get("/", server)
                #expect(next.body == "next")
                #expect(gate.held == 1)
                gate.release()
                let released = try await held
                #expect(released.body == "held")
            }
        }
    }

    @Test func `A scripted HTTP server cuts a body short, in order or with a reset`() async throws {
        let reply = ConsulReply.json(#"["abc"]"#)
        try await withScriptedHTTPServer(script: { _ in .reply(reply, cutAfter: 3) }) { server in
            let cut = try await exchange(Self.request, server)
            #expect(cut.hasSuffix("\r\n\r\n[\"a"))
            server.setScript { _ in [.closeConnection] }
            let nothing = try await exchange(Self.request, server)
            #expect(nothing == "")
            server.setScript { _ in .reply(reply, cutAfter: 3, byReset: true) }
            await #expect(throws: (any Error).self) { try await exchange(Self.request, server) }
        }
    }

    @Test func `A scripted HTTP server can send garbage, or a reply byte by byte`() async throws {
        try await withScriptedHTTPServer(script: { _ in .garbage }) { server in
            let garbage = try await exchange(Self.request, server)
            #expect(garbage.hasPrefix("SSH-2.0"))
            server.setScript { _ in .dripping(.redirect(to: "/x"), pause: .microseconds(100)) }
            let reply = try await get("/", server)
            #expect(reply.status == 301)
            #expect(reply.headers["location"] == "/x")
        }
    }

    @Test
    func `A scripted HTTP server sends a body of any size, or one without end until the client disconnects`()
        async throws
    {
        try await withScriptedHTTPServer(script: { _ in .huge(.json("[]"), count: 1_000_000) }) { server in
            let reply = try await get("/", server)
            #expect(reply.body.utf8.count == 1_000_000)
            #expect(server.floodedBytes == 999_998)
            server.setScript { _ in .endless(.json("[")) }
            let reading = Task { try await exchange(Self.request, server) }
            try await server.waitForFloodedBytes(2_000_000)
            #expect(server.openConnections == 1)
            reading.cancel()
            try await server.waitForOpenConnections(0)
        }
    }

    @Test
    func `A scripted HTTP server without steps never answers, and a wait that times out names its request`()
        async throws
    {
        try await withScriptedHTTPServer(script: { _ in .silence }) { server in
            let asking = Task { try await get("/", server) }
            try await server.waitForRequests(1)
            let error = await #expect(throws: DeadlineExceeded.self) {
                try await server.waitForRequest("a renewal", within: .milliseconds(10)) { $0.path == "/renew" }
            }
            #expect(error?.description.contains("a renewal") == true)
            #expect(server.openConnections == 1)
            await server.closeConnections()
            await #expect(throws: (any Error).self) { try await asking.value(within: .seconds(10)) }
        }
    }

    @Test func `A scripted HTTP server can stop and restart on its port`() async throws {
        try await withScriptedHTTPServer(script: { _ in [.reply(.json("1"))] }) { server in
            await server.stop()
            await #expect(throws: (any Error).self) { try await get("/", server) }
            try await server.restart()
            let reply = try await get("/", server)
            #expect(reply.body == "1")
            server.forgetRequests()
            #expect(server.requests.isEmpty)
        }
    }

    private static let request = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    private func get(_ path: String, _ server: ScriptedHTTPServer) async throws -> HTTPReply {
        try await PlainHTTP.send(PlainHTTP.Request(method: "GET", path: path), to: .port(server.port))
    }

    private func exchange(_ text: String, _ server: ScriptedHTTPServer) async throws -> String {
        String(decoding: try await PlainHTTP.exchange(text, with: .port(server.port)), as: UTF8.self)
    }
}
