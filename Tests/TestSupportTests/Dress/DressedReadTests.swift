// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TestSupport

/// The replies of a dressed agent to reads, compared with those of agents of 1.15.7 and 1.22.7.
@Suite struct DressedReadTests {
    static let dresses = [AgentDress.v1_15, .v1_22]

    @Test(arguments: dresses)
    func `A plain read names the old backend, and a blocking or cached health read the streaming backend`(
        dress: AgentDress
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await agent.register(ServiceRegistration("read"), node: "read-node")
        let plain = try await agent.reply("GET", "/v1/health/service/read?stale&index=0")
        #expect(plain.query == ["blocking-query", "true", "0", "stale"])
        let index = try #require(plain["Index"])
        let blocking = try await agent.reply("GET", "/v1/health/service/read?consistent&index=\(index)&wait=10ms")
        #expect(blocking.query == ["streaming", "false", "0", "consistent"])
        #expect(blocking["Index"] == index && blocking.body == plain.body)
        let cached = try await agent.reply("GET", "/v1/health/service/read?cached")
        #expect(cached.query == ["streaming", "false", "0", "leader"])
        let catalog = try await agent.reply("GET", "/v1/catalog/nodes?index=1&wait=10ms")
        #expect(catalog.query == ["blocking-query", "true", "0", "leader"])
    }

    @Test(arguments: dresses)
    func `A blocking read returns when the service changes`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        let index = try #require(try await agent.reply("GET", "/v1/health/service/woken")["Index"])
        async let reply = agent.reply("GET", "/v1/health/service/woken?index=\(index)&wait=60s")
        try await agent.register(ServiceRegistration("woken", id: "woken-1"), node: "woken-node")
        #expect(try await reply.text.contains("woken-1"))
    }

    @Test(arguments: dresses)
    func `Every reply names the default policy, except for an unknown path`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        for path in ["/v1/status/leader", "/v1/kv/none", "/v1/health/service/web?dc=mars"] {
            #expect(try await agent.reply("GET", path)["Default-Acl-Policy"] == "allow", "\(path)")
        }
        let denying = try await SharedConsulAgents.shared.agent(configuration: ConsulAgent.defaultDeny, dress: dress)
        #expect(try await denying.reply("GET", "/v1/status/leader")["Default-Acl-Policy"] == "deny")
        let unknown = try await agent.reply("GET", "/v1/nosuch")
        #expect(unknown.status == 404 && unknown["Default-Acl-Policy"] == nil)
        #expect(unknown.text == "Invalid URL path: not a recognized HTTP API endpoint\n")
    }

    @Test(arguments: dresses)
    func `A failed reply has no index, and the reply for an unknown key has one`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        for path in ["/v1/health/service/web?dc=mars", "/v1/health/service/web?filter=foo"] {
            let failure = try await agent.reply("GET", path)
            #expect(failure.status == 500)
            #expect([failure["Index"], failure["Knownleader"], failure["Lastcontact"]] == [nil, nil, nil])
        }
        let missing = try await agent.reply("GET", "/v1/kv/none")
        #expect(missing.status == 404 && missing["Index"] != nil && missing["Query-Backend"] == "blocking-query")
    }

    @Test(arguments: dresses)
    func `The agent reports the imitated version, its default policy and the ports of the proxy`(
        dress: AgentDress
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        let own = try JSONObject(parsing: try await agent.reply("GET", "/v1/agent/self").text)
        #expect(own["Config"]?.object?["Version"] == .string(try #require(dress.version)))
        let settings = own["DebugConfig"]?.object
        #expect(settings?["ACLResolverSettings"]?.object?["ACLDefaultPolicy"] == "allow")
        #expect(settings?["DNSPort"] == .number(Double(agent.ports.dns)))
    }
}

extension ConsulAgent {
    /// Sends a request as a client and returns the reply.
    func reply(
        _ method: String,
        _ path: String,
        token: String? = nil,
        body: String = ""
    ) async throws -> ConsulReply {
        let request = PlainHTTP.Request(
            method: method,
            path: path,
            headers: token.map { ["X-Consul-Token": $0] } ?? [:],
            body: body
        )
        let bytes = try await PlainHTTP.exchange(Array(request.text.utf8), with: .port(ports.http))
        // An error and not `#require`, which would also fail tests that expect an error.
        guard let reply = ConsulReply(parsing: bytes) else { throw PlainHTTP.MalformedReply(bytes: bytes) }
        return reply
    }
}

extension ConsulReply {
    /// The value of the header `X-Consul-<name>`.
    subscript(name: String) -> String? { headers["X-Consul-\(name)"].first }

    /// The headers that describe how the agent obtained the answer.
    var query: [String?] {
        [self["Query-Backend"], self["Knownleader"], self["Lastcontact"], self["Effective-Consistency"]]
    }
}
