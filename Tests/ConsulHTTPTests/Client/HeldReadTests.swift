// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import TestSupport
import Testing

/// The agent does not check a connection while it waits for a server, so an abandoned read still occupies its slot
/// there.
struct HeldReadTests {
    private static func script(_ gate: Gate) -> ScriptedHTTPServer.Script {
        { request in
            request.path == "/v1/catalog/nodes" ? .reply(.json("[]"), after: gate) : [.reply(.json("{}"))]
        }
    }

    @Test(arguments: ["canceled", "timed out"])
    func `A read that its caller has abandoned keeps its permit until the agent has answered`(way: String) async throws
    {
        let gate = Gate()
        try await withScriptedHTTPServer(script: Self.script(gate)) { server in
            try await withConsul(port: server.port, configure: { $0.connections.control = 1 }) { client in
                let given = Task {
                    try await client.read(.nodes, timeout: way == "canceled" ? .seconds(3600) : .milliseconds(200))
                }
                try await server.waitForRequests(1)
                if way == "canceled" { given.cancel() }
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

    @Test func `A read that its caller has abandoned does not delay the shutdown of the client`() async throws {
        let gate = Gate()
        try await withScriptedHTTPServer(script: Self.script(gate)) { server in
            try await withConsul(port: server.port) { client in
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
