// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import ResolverSupport
import TestSupport
import Testing

struct RetryAfterTests {
    private func busy(_ status: Int, _ value: String) -> [ScriptedHTTPStep] {
        [.reply(ConsulReply.tooManyConnections.with { $0.status = status }.header("Retry-After", value))]
    }

    @Test(
        arguments: [(429, "3600"), (503, "3600"), (429, "Fri, 31 Dec 2199 23:59:59 GMT")]
    )
    func `A Retry-After beyond the time limit throws the server's error at once`(status: Int, value: String)
        async throws
    {
        try await withScriptedHTTPServer(script: { _ in busy(status, value) }) { server in
            try await withConsul(port: server.port) { client in
                let error = await #expect(throws: ConsulHTTPError.self) { try await client.read(.nodes) }
                #expect(error?.status == status)
                #expect(error?.message.contains("too many concurrent connections") == true)
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test(arguments: [429, 503])
    func `A Retry-After within the time limit is honored`(status: Int) async throws {
        let script = ScriptedHTTPServer.inOrder(busy(status, "1"), [.reply(.json("[]"))])
        try await withScriptedHTTPServer(script: script) { server in
            try await withConsul(port: server.port) { client in
                let clock = ContinuousClock()
                let start = clock.now
                let status = try await client.read(.nodes, timeout: .seconds(60)).status
                #expect(status == 200)
                // The server's Retry-After is a lower bound that load on the machine cannot break.
                #expect(clock.now - start >= .seconds(1))
                #expect(server.requests.count == 2)
            }
        }
    }

    @Test(
        arguments: ["soon", "-1", "", "Fri, 31 Foo 2199 23:59:59 GMT"]
    )
    func `An invalid Retry-After does not change the retry`(value: String) async throws {
        let script = ScriptedHTTPServer.inOrder(busy(429, value), [.reply(.json("[]"))])
        try await withScriptedHTTPServer(script: script) { server in
            try await withConsul(port: server.port) { client in
                let status = try await client.read(.nodes).status
                #expect(status == 200)
            }
        }
    }
}
