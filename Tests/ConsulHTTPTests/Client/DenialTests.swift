// SPDX-License-Identifier: Apache-2.0

import ClientSupport
import ConsulHTTP
import TestSupport
import Testing

struct DenialTests {
    private static let master = "11111111-2222-3333-4444-555555555555"
    private static let configuration = """
        {"acl": {"enabled": true, "default_policy": "deny", "tokens": {"master": "\(master)"}}}
        """
    private static let agentSelf = ReadRequest(RequestPath("/v1/agent/self"))

    private func withConsul<Output>(
        token: TokenSource,
        _ body: (ConsulHTTPClient) async throws -> Output
    ) async throws -> Output {
        let agent = try await SharedConsulAgents.shared.agent(configuration: Self.configuration)
        return try await ClientSupport.withConsul(port: agent.ports.http, configure: { $0.token = token }, body)
    }

    @Test func `A request with a valid token is answered`() async throws {
        for token in [TokenSource.value(Self.master), .provider { Self.master }] {
            try await withConsul(token: token) { client in
                let answer = try await client.read(Self.agentSelf)
                #expect(answer.status == 200)
            }
        }
    }

    @Test
    func `A request with an invalid token is denied at once, and the error does not show the token`() async throws {
        let wrong = "99999999-8888-7777-6666-555555555555"
        try await withConsul(token: .value(wrong)) { client in
            let error = await #expect(throws: ConsulHTTPError.self) { try await client.read(Self.agentSelf) }
            #expect(error?.code == .denied)
            #expect(error?.status == 403)
            #expect(error?.isRetryable == false)
            #expect(error?.message.contains("ACL not found") == true)
            #expect(String(reflecting: error).contains(wrong) == false)
        }
    }

    @Test func `A request without a token is denied`() async throws {
        try await withConsul(token: .none) { client in
            let error = await #expect(throws: ConsulHTTPError.self) { try await client.read(Self.agentSelf) }
            #expect(error?.code == .denied)
        }
    }

    @Test func `A request with an unavailable token is not sent`() async throws {
        try await withConsul(token: .file("/nowhere/token")) { client in
            let error = await #expect(throws: ConsulHTTPError.self) { try await client.read(Self.agentSelf) }
            #expect(error?.code == .tokenUnavailable)
        }
    }
}
