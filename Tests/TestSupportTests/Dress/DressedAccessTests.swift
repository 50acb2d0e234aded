// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TestSupport

/// The replies of newer versions to a token that may not read all of a result.
@Suite struct DressedAccessTests {
    private static let nodes = #"node_prefix "" { policy = "read" }"#

    @Test(arguments: DressedReadTests.dresses)
    func `A plain read reports that its result was filtered, unless it was anonymous`(dress: AgentDress) async throws {
        let agent = try await agent(dress)
        try await agent.register(ServiceRegistration("filtered"), node: "filtered-node")
        let blind = try await agent.createToken(rules: Self.nodes)
        let seeing = try await agent.createToken(rules: #"service "filtered" { policy = "read" } \#(Self.nodes)"#)
        let path = "/v1/health/service/filtered"
        func marked(_ token: String?) async throws -> String? {
            try await agent.reply("GET", path, token: token)["Results-Filtered-By-Acls"]
        }
        #expect(try await marked(blind.secret) == "true")
        #expect(try await marked(seeing.secret) == nil)
        #expect(try await marked(nil) == nil)
        #expect(try await marked(ConsulAgent.masterToken) == nil)
    }

    @Test(arguments: DressedReadTests.dresses)
    func `A blocking read does not return for a change that its token may not see`(dress: AgentDress) async throws {
        let agent = try await agent(dress)
        try await agent.register(ServiceRegistration("hidden", id: "hidden-1"), node: "hidden-1")
        let blind = try await agent.createToken(rules: Self.nodes)
        let index = try #require(try await agent.reply("GET", "/v1/health/service/hidden")["Index"])
        async let waiting = agent.reply(
            "GET",
            "/v1/health/service/hidden?index=\(index)&wait=1s",
            token: blind.secret
        )
        try await agent.register(ServiceRegistration("hidden", id: "hidden-2"), node: "hidden-2")
        let reply = try await waiting
        #expect(reply["Index"] == index && reply.text.hasPrefix("[]") && reply["Results-Filtered-By-Acls"] == nil)
    }

    @Test(arguments: DressedReadTests.dresses)
    func `A blocking read returns when a change becomes visible and when a visible instance is removed`(
        dress: AgentDress
    ) async throws {
        let agent = try await agent(dress)
        let rules = #"service "shown" { policy = "read" } \#(Self.nodes)"#
        let token = try await agent.createToken(rules: Self.nodes)
        let index = try #require(try await agent.reply("GET", "/v1/health/service/shown")["Index"])
        try await agent.register(ServiceRegistration("shown", id: "shown-1"), node: "shown-1")
        async let waiting = agent.reply("GET", "/v1/health/service/shown?index=\(index)&wait=60s", token: token.secret)
        try await agent.setRules(rules, of: token)
        let shown = try await waiting
        #expect(shown.text.contains("shown-1"))
        let next = try #require(shown["Index"])
        async let removal = agent.reply("GET", "/v1/health/service/shown?index=\(next)&wait=60s", token: token.secret)
        try await agent.deregister(node: "shown-1")
        #expect(try await removal.text.hasPrefix("[]"))
    }

    @Test(arguments: DressedReadTests.dresses)
    func `A blocking read that times out returns the result that its token may see by then`(dress: AgentDress)
        async throws
    {
        let agent = try await agent(dress)
        try await agent.register(ServiceRegistration("lost"), node: "lost-node")
        let token = try await agent.createToken(rules: #"service "lost" { policy = "read" } \#(Self.nodes)"#)
        let first = try await agent.reply("GET", "/v1/health/service/lost", token: token.secret)
        let index = try #require(first["Index"])
        #expect(first.text.contains("lost-node"))
        async let waiting = agent.reply("GET", "/v1/health/service/lost?index=\(index)&wait=1s", token: token.secret)
        try await agent.setRules("", of: token)
        let reply = try await waiting
        #expect(reply["Index"] == index && reply.text.hasPrefix("[]"))
    }

    private func agent(_ dress: AgentDress) async throws -> ConsulAgent {
        try await SharedConsulAgents.shared.agent(configuration: ConsulAgent.defaultDeny, dress: dress)
    }
}
