// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

/// An agent that is down for a while, under constant queries.
@Suite(.serialized)
struct OutageTests {
    /// The kind of failure of an agent.
    enum Loss: CaseIterable {
        /// The agent's ports are closed.
        case death
        /// The agent's ports accept everything and never answer.
        case freeze

        func begin(for agent: ConsulAgent) async throws {
            switch self {
            case .death: try await agent.kill()
            case .freeze: try await agent.pause()
            }
        }

        func end(for agent: ConsulAgent) async throws {
            switch self {
            case .death: try await agent.restart()
            case .freeze: try agent.resume()
            }
        }

        /// The update modes to test. A watch cannot detect a frozen server, since a pending blocking query looks the same.
        /// The last answer is then not stale for any request for the same service.
        var modes: [ConsulService.UpdateMode] { self == .death ? [.polling, .watch] : [.polling] }
    }

    @Test(arguments: Loss.allCases, [AgentDress.plain, .v1_22])
    func `While an agent is lost, every program has its last answer and the age of that answer`(
        loss: Loss,
        dress: AgentDress
    ) async throws {
        try await withBusyAgent(dress, modes: loss.modes) { agent, users in
            try await loss.begin(for: agent)
            try await users.wait("every program to have a stale answer") { $1.isStale }
            try await waitForAge(of: users)
            try await loss.end(for: agent)
            try await users.wait("every program to have a fresh answer") { !$1.isStale }
        }
    }

    #if os(Linux)
    @Test func `An agent that is lost again and again costs no descriptors`() async {
        // In a process of its own, since the number of descriptors changes with other tests.
        OpenDescriptors.keepFromChildren()
        await #expect(processExitsWith: .success) {
            await recordingErrors { try await OutageTests().loseAgainAndAgain() }
        }
    }

    /// Kills and freezes an agent once, so that all lasting sockets are open, and then again.
    private func loseAgainAndAgain() async throws {
        try await withBusyAgent(modes: [.polling], configure: { $0.askOftenInVain() }) { agent, users in
            var most = 0
            for (round, loss) in [Loss.death, .freeze, .freeze, .freeze, .death].enumerated() {
                try await loss.begin(for: agent)
                try await users.wait("every program to have a stale answer") { $1.isStale }
                try await waitForAge(of: users)
                try await loss.end(for: agent)
                try await users.wait("every program to have a fresh answer") { !$1.isStale }
                let sockets = OpenDescriptors.sockets
                if round < 2 {
                    // Connections open and close, perhaps one for each program and one more. One for each failed query
                    // would be far more.
                    most = max(most, sockets + 4)
                } else {
                    let limit = most
                    try await eventually("\(sockets) sockets to become \(limit)") { OpenDescriptors.sockets <= limit }
                }
            }
        }
    }
    #endif

    /// An agent, and three programs that query it with every strategy and know its service already.
    private func withBusyAgent(
        _ dress: AgentDress = .plain,
        modes: [ConsulService.UpdateMode],
        configure: (inout ServiceResolver.Configuration) -> Void = { _ in },
        isolation: isolated (any Actor)? = #isolation,
        _ body: (ConsulAgent, ServiceUsers) async throws -> Void
    ) async throws {
        // A short election timeout, so that the agent leads again soon.
        let configuration = #"{"performance": {"raft_multiplier": 1}}"#
        try await withConsulAgent(configuration: configuration, mode: .server(expecting: 1), dress: dress) { agent in
            try await agent.registerInstances(of: "web", count: 5)
            try await withEveryStrategy(
                dns: [agent.ports.dns],
                http: agent.ports.http,
                configure: configure
            ) { resolvers in
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

    /// Waits until answers are older than the timeout of a query, so that some queries have failed.
    private func waitForAge(of users: ServiceUsers) async throws {
        let timeout = ServiceResolver.Configuration().timeout
        try await users.wait("every answer to grow old") { user, resolution in
            // An update stream reports changes only, and the passage of time is not a change.
            !user.looksUp || resolution.age > timeout
        }
    }
}

extension ServiceResolver.Configuration {
    /// Sets a timeout of a quarter of the time after which an answer counts as old.
    fileprivate mutating func askOftenInVain() {
        timeout /= 4
        cache?.failureTimeToLive = .milliseconds(50)
        cache?.maximumFailureTimeToLive = .milliseconds(50)
    }
}
