// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

/// An agent that is not there for a while, with everybody asking all the time.
@Suite(.serialized)
struct OutageTests {
    /// How an agent is lost.
    enum Loss: CaseIterable {
        /// Nobody listens at its ports any more.
        case death
        /// Its ports take whatever comes, and never answer.
        case freeze

        func begin(for agent: ConsulAgent) async throws {
            switch self {
            case .death: try await agent.kill()
            case .freeze: try agent.pause()
            }
        }

        func end(for agent: ConsulAgent) async throws {
            switch self {
            case .death: try await agent.restart()
            case .freeze: try agent.resume()
            }
        }

        /// Nothing tells one who watches that a server is frozen: a question that waits looks the same. What was said last
        /// is then not stale, for anybody who asks for the same service.
        var modes: [ConsulService.UpdateMode] { self == .death ? [.timeToLive, .watch] : [.timeToLive] }
    }

    @Test(arguments: Loss.allCases)
    func `While an agent is lost everybody has what it said last, and how old that is`(loss: Loss) async throws {
        try await withBusyAgent(modes: loss.modes) { agent, users in
            try await loss.begin(for: agent)
            try await users.wait("everybody to be told that it is an old answer") { $1.isStale }
            try await waitForAge(of: users)
            try await loss.end(for: agent)
            try await users.wait("everybody to have a fresh answer") { !$1.isStale }
        }
    }

    #if os(Linux)
    @Test func `An agent that is lost again and again costs no descriptors`() async {
        // In a process of its own: the descriptors of other tests come and go.
        await #expect(processExitsWith: .success) {
            let tests = OutageTests()
            try await tests.withBusyAgent(modes: [.timeToLive]) { agent, users in
                var counts: [Int] = []
                for loss in [Loss.death, .freeze, .freeze, .death] {
                    try await loss.begin(for: agent)
                    try await users.wait("everybody to be told that it is an old answer") { $1.isStale }
                    try await tests.waitForAge(of: users)
                    try await loss.end(for: agent)
                    try await users.wait("everybody to have a fresh answer") { !$1.isStale }
                    counts.append(OpenDescriptors.count)
                }
                // By then whatever is opened once is open. Connections come and go, one for each program perhaps; one
                // for each question in vain would be far more.
                let most = counts[1] + 3
                try await eventually("descriptors to be closed") { OpenDescriptors.count <= most }
            }
        }
    }
    #endif

    /// An agent and, asking it in every way there is, three programs that know its service.
    private func withBusyAgent(
        modes: [ConsulService.UpdateMode],
        isolation: isolated (any Actor)? = #isolation,
        _ body: (ConsulAgent, ServiceUsers) async throws -> Void
    ) async throws {
        // So that it is soon back in office.
        let configuration = #"{"performance": {"raft_multiplier": 1}}"#
        try await withConsulAgent(configuration: configuration, mode: .server(expecting: 1)) { agent in
            try await agent.registerInstances(of: "web", count: 5)
            try await withEveryStrategy(dns: [agent.ports.dns], http: agent.ports.http) { resolvers in
                try await withServiceUsers(
                    of: "web",
                    with: resolvers,
                    following: modes,
                    constant: Set((0..<5).map { "\(ConsulAgent.instanceAddress($0)):8080" })
                ) { users in
                    try await body(agent, users)
                }
            }
        }
    }

    /// Waits until answers are older than a question may take, so that some have been put in vain.
    private func waitForAge(of users: ServiceUsers) async throws {
        let timeout = ServiceResolver.Configuration().timeout
        try await users.wait("everybody's answer to grow old") { user, resolution in
            // Who follows is told of changes only, and that time passes is none.
            !user.looksUp || resolution.age > timeout
        }
    }
}
