// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import TestSupport
import Testing

/// The agent looks at no connection while it waits for a server: a read that its caller has given up still holds its
/// place there.
@Suite("A read that its caller has given up")
struct HeldReadTests {
    private static func script(_ gate: Gate) -> ScriptedHTTPServer.Script {
        { request in
            request.path == "/v1/catalog/nodes" ? .reply(.json("[]"), after: gate) : [.reply(.json("{}"))]
        }
    }

    @Test("keeps its place until the agent has answered", arguments: ["cancelled", "timed out"])
    func held(way: String) async throws {
        let gate = Gate()
        try await withScriptedHTTPServer(script: Self.script(gate)) { server in
            try await withClient(port: server.port, configure: { $0.connections.control = 1 }) { client in
                let given = Task {
                    try await client.read(.nodes, timeout: way == "cancelled" ? .seconds(3600) : .milliseconds(200))
                }
                try await server.waitForRequests(1)
                if way == "cancelled" { given.cancel() }
                await #expect(throws: (any Error).self) { try await given.value(within: .seconds(10)) }

                let other = ReadRequest(RequestPath("/v1/catalog/services"))
                let error = await #expect(throws: ConsulHTTPError.self) {
                    try await client.read(other, timeout: .milliseconds(300))
                }
                #expect(error?.code == .timedOut)
                #expect(server.requests.count == 1)

                gate.release()
                let status = try await client.read(other, timeout: .seconds(10)).status
                #expect(status == 200)
            }
        }
    }

    @Test("does not hold up the end of the client")
    func shutdown() async throws {
        let gate = Gate()
        try await withScriptedHTTPServer(script: Self.script(gate)) { server in
            try await withClient(port: server.port) { client in
                let given = Task { try await client.read(.nodes, timeout: .seconds(3600)) }
                try await server.waitForRequests(1)
                given.cancel()
                _ = try? await given.value(within: .seconds(10))
                try await withDeadline(.seconds(30), "the shutdown") { await client.shutdown() }
                try await server.waitForOpenConnections(0)
            }
        }
    }
}
