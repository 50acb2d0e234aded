// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import TestSupport
import Testing

@Suite("Where Consul asks for a token")
struct DenialTests {
    private static let master = "11111111-2222-3333-4444-555555555555"
    private static let configuration = """
        {"acl": {"enabled": true, "default_policy": "deny", "tokens": {"master": "\(master)"}}}
        """
    private static let agentSelf = ReadRequest(RequestPath("/v1/agent/self"))

    private func withClient<Output>(
        token: TokenSource,
        _ body: (ConsulHTTPClient) async throws -> Output
    ) async throws -> Output {
        let agent = try await SharedConsulAgents.shared.agent(configuration: Self.configuration)
        return try await ConsulHTTPTests.withClient(port: agent.ports.http, configure: { $0.token = token }, body)
    }

    @Test("the right one opens")
    func right() async throws {
        for token in [TokenSource.value(Self.master), .provider { Self.master }] {
            try await withClient(token: token) { client in
                let answer = try await client.read(Self.agentSelf)
                #expect(answer.status == 200)
            }
        }
    }

    @Test("a wrong one is denied, at once and without being shown")
    func wrong() async throws {
        let wrong = "99999999-8888-7777-6666-555555555555"
        try await withClient(token: .value(wrong)) { client in
            let error = await #expect(throws: ConsulHTTPError.self) { try await client.read(Self.agentSelf) }
            #expect(error?.code == .denied)
            #expect(error?.status == 403)
            #expect(error?.isRetryable == false)
            #expect(error?.message.contains("ACL not found") == true)
            #expect(String(reflecting: error).contains(wrong) == false)
        }
    }

    @Test("none is denied")
    func none() async throws {
        try await withClient(token: .none) { client in
            let error = await #expect(throws: ConsulHTTPError.self) { try await client.read(Self.agentSelf) }
            #expect(error?.code == .denied)
        }
    }

    @Test("nothing is sent without one that was promised")
    func missing() async throws {
        try await withClient(token: .file("/nowhere/token")) { client in
            let error = await #expect(throws: ConsulHTTPError.self) { try await client.read(Self.agentSelf) }
            #expect(error?.code == .tokenUnavailable)
        }
    }
}
