// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TestSupport

/// The requests that newer versions refuse.
@Suite struct DressedRefusalTests {
    @Test(arguments: DressedReadTests.dresses)
    func `An unknown check or service instance is answered 404, and a known one is not`(
        dress: AgentDress
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await agent.registerLocally(ServiceRegistration("leaves"))
        // A check of the node instead of the service would make all services of other tests critical.
        let check = #"{"ID": "known", "Name": "known", "TTL": "60s", "ServiceID": "leaves"}"#
        #expect(try await agent.reply("PUT", "/v1/agent/check/register", body: check).status == 200)
        let update = #"{"Status": "passing"}"#
        let unknown = try await agent.reply("PUT", "/v1/agent/check/update/nope", body: update)
        #expect(unknown.status == 404)
        #expect(
            unknown.text == #"Unknown check ID "nope". Ensure that the check ID is passed, not the check name."#
        )
        #expect(try await agent.reply("PUT", "/v1/agent/check/update/known", body: update).status == 200)
        let path = "/v1/agent/service/deregister/leaves"
        #expect(try await agent.reply("PUT", path).status == 200)
        let again = try await agent.reply("PUT", path)
        #expect(again.status == 404)
        #expect(
            again.text == #"Unknown service ID "leaves". Ensure that the service ID is passed, not the service name."#
        )
    }

    @Test func `Version 1.22 limits the payload of an event to 300 bytes`() async throws {
        let newest = try await SharedConsulAgents.shared.agent(dress: .v1_22)
        let older = try await SharedConsulAgents.shared.agent(dress: .v1_15)
        let path = "/v1/event/fire/deploy"
        let fits = String(repeating: "x", count: 300)
        #expect(try await newest.reply("PUT", path, body: fits).status == 200)
        let refused = try await newest.reply("PUT", path, body: fits + "x")
        #expect(refused.status == 413)
        #expect(refused.text.hasPrefix("Event payload too large, received 301 bytes, max size: 300 bytes."))
        #expect(try await older.reply("PUT", path, body: fits + "x").status == 200)
    }

    @Test(arguments: DressedReadTests.dresses)
    func `A denial names the token, the missing permission and the resource`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(configuration: ConsulAgent.defaultDeny, dress: dress)
        let anonymous = try await agent.reply("GET", "/v1/kv/x")
        #expect(
            anonymous.text == """
                Permission denied: anonymous token lacks permission 'key:read' on "x". \
                The anonymous token is used implicitly when a request does not specify a token.
                """
        )
        let token = try await agent.createToken(rules: "")
        let known = try await agent.reply("GET", "/v1/agent/self", token: token.secret)
        let accessor = token.accessor
        #expect(
            known.text
                == "Permission denied: token with AccessorID '\(accessor)' lacks permission 'agent:read' on \"n1\""
        )
    }
}
