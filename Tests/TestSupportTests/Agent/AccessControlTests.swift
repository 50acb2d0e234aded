// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

struct AccessControlTests {
    private let readsWeb = #"service "web" { policy = "read" } node_prefix "" { policy = "read" }"#

    @Test
    func `A token grants the access in its rules until those change or the token is deleted`() async throws {
        let agent = try await SharedConsulAgents.shared.agent(configuration: ConsulAgent.defaultDeny)
        try await agent.register(ServiceRegistration("web"))
        let path = "/v1/health/service/web"
        #expect(try await agent.get(path).body.hasPrefix("[]"))

        let token = try await agent.createToken(rules: readsWeb)
        #expect(try await agent.get(path, token: token.secret).body.contains(#""web""#))
        try await agent.setRules(#"service "other" { policy = "read" }"#, of: token)
        #expect(try await agent.get(path, token: token.secret).body.hasPrefix("[]"))
        try await agent.deleteToken(token)
        let stranger = try await agent.get(path, token: token.secret)
        #expect(stranger.status == 403)
        #expect(stranger.body.contains("ACL not found"))
    }

    @Test func `DNS answers contain the services that the default token may read`() async throws {
        try await withConsulAgent(configuration: ConsulAgent.defaultDeny) { agent in
            try await agent.register(ServiceRegistration("web"))
            let hidden = try await answer(from: agent)
            try await agent.setDefaultToken(try await agent.createToken(rules: readsWeb).secret)
            let shown = try await answer(from: agent)
            // NXDOMAIN, then an answer.
            #expect([hidden[3] & 0x0F, hidden[7]] == [3, 0])
            #expect([shown[3] & 0x0F, shown[7]] == [0, 1])
        }
    }

    private func answer(from agent: ConsulAgent) async throws -> [UInt8] {
        try await withPlainDNSClient(.tcp, port: agent.ports.dns) { client in
            try await client.send(TestQuestion.web)
            return try await client.receive()
        }
    }
}
