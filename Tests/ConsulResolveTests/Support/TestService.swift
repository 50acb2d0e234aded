// SPDX-License-Identifier: Apache-2.0

import TestSupport

/// Services that the tests of the command line only read.
enum TestService {
    /// Returns the DNS address of the agent that has them: `--dns-server` and its value.
    static func server(_ dress: AgentDress = .plain) async throws -> [String] {
        ["--dns-server", "127.0.0.1:\(try await agents.agent(dress).ports.dns)"]
    }

    /// Returns the HTTP address of the agent: `--http-address` and its value.
    static func http(_ dress: AgentDress = .plain) async throws -> [String] {
        ["--http-address", "127.0.0.1:\(try await agents.agent(dress).ports.http)"]
    }

    /// An agent with `cli-web` (two instances, one with the tag `v1` and a weight), `cli-large` (900 instances),
    /// `cli-alone` (at an address of its own, since services of other tests use all others), `cli-ill` (critical) and
    /// `cli-huge` (more instances than DNS can show).
    private actor Agents {
        private var starting: [AgentDress: Task<ConsulAgent, any Error>] = [:]

        func agent(_ dress: AgentDress) async throws -> ConsulAgent {
            let task = starting[dress] ?? Task { try await TestService.start(dress) }
            starting[dress] = task
            return try await task.value
        }
    }

    private static let agents = Agents()

    private static func start(_ dress: AgentDress) async throws -> ConsulAgent {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await agent.register(
            ServiceRegistration("cli-web", address: "10.1.0.1", port: 80, tags: ["v1"], passingWeight: 7),
            node: "cli-node-1"
        )
        try await agent.register(ServiceRegistration("cli-web", port: 8080), node: "n", nodeAddress: "2001:db8::1")
        try await agent.register(ServiceRegistration("cli-alone", address: "10.200.0.1"), node: "cli-node-2")
        try await agent.register(ServiceRegistration("cli-ill", checks: [.critical]), node: "cli-node-1")
        try await agent.registerInstances(of: "cli-large", count: 900)
        try await agent.registerInstances(of: "cli-huge", count: 1100)
        return agent
    }
}
