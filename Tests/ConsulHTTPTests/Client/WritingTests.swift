// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import TestSupport
import Testing

struct WritingTests {
    private static let key = RequestPath("/v1/kv").appending(key: "writing/a key")

    @Test func `A change is sent with its body, and can be reverted`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(port: agent.ports.http) { client in
            let put = try await client.write(WriteRequest(.put, Self.key, body: Array("value".utf8)))
            #expect(put.text.hasPrefix("true"))
            var query = RequestQuery()
            query.append("raw")
            let value = try await client.read(ReadRequest(Self.key, query: query))
            #expect(value.text == "value")
            let deletion = try await client.write(WriteRequest(.delete, Self.key))
            #expect(deletion.text.hasPrefix("true"))
            let error = await #expect(throws: ConsulHTTPError.self) { try await client.read(ReadRequest(Self.key)) }
            #expect(error?.code == .notFound)
        }
    }

    @Test
    func `A change is sent with its length, without which Consul ignores the body`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(port: agent.ports.http) { client in
            let body = Array(#"{"Name":"writing-session","TTL":"10s"}"#.utf8)
            _ = try await client.write(WriteRequest(.put, RequestPath("/v1/session/create"), body: body))
            let sessions = try await client.read(ReadRequest(RequestPath("/v1/session/list"))).text
            #expect(sessions.contains("writing-session"))
        }
    }

    @Test func `A change that is too large is refused, and is not retryable`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(port: agent.ports.http) { client in
            let body = [UInt8](repeating: 0x61, count: 600_000)
            let error = await #expect(throws: ConsulHTTPError.self) {
                try await client.write(WriteRequest(.put, Self.key, body: body))
            }
            #expect(error?.code == .badRequest)
            #expect(error?.isRetryable == false)
        }
    }
}
