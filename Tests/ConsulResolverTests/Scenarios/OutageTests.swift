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
            case .freeze: try await agent.pause()
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

    @Test(arguments: Loss.allCases, [AgentDress.plain, .v1_22])
    func `While an agent is lost everybody has what it said last, and how old that is`(
        loss: Loss,
        dress: AgentDress
    ) async throws {
        try await withBusyAgent(dress, modes: loss.modes) { agent, users in
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
        OpenDescriptors.keepFromChildren()
        await #expect(processExitsWith: .success) {
            await recordingErrors { try await OutageTests().loseAgainAndAgain() }
        }
    }

    /// Loses an agent in both ways, so that what is opened once is open, and then again.
    private func loseAgainAndAgain() async throws {
        try await withBusyAgent(modes: [.timeToLive], configure: { $0.askOftenInVain() }) { agent, users in
            var most = 0
            for (round, loss) in [Loss.death, .freeze, .freeze, .freeze, .death].enumerated() {
                try await loss.begin(for: agent)
                try await users.wait("everybody to be told that it is an old answer") { $1.isStale }
                try await waitForAge(of: users)
                try await loss.end(for: agent)
                try await users.wait("everybody to have a fresh answer") { !$1.isStale }
                let sockets = OpenDescriptors.sockets
                if round < 2 {
                    // Connections come and go, one for each program perhaps, and one more. One for each question in vain
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

    /// An agent and, asking it in every way there is, three programs that know its service.
    private func withBusyAgent(
        _ dress: AgentDress = .plain,
        modes: [ConsulService.UpdateMode],
        configure: (inout ServiceResolver.Configuration) -> Void = { _ in },
        isolation: isolated (any Actor)? = #isolation,
        _ body: (ConsulAgent, ServiceUsers) async throws -> Void
    ) async throws {
        // So that it is soon back in office.
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

    /// Waits until answers are older than a question may take, so that some have been put in vain.
    private func waitForAge(of users: ServiceUsers) async throws {
        let timeout = ServiceResolver.Configuration().timeout
        try await users.wait("everybody's answer to grow old") { user, resolution in
            // Who follows is told of changes only, and that time passes is none.
            !user.looksUp || resolution.age > timeout
        }
    }
}

extension ServiceResolver.Configuration {
    /// A question that nobody answers is given up after a quarter of what it takes an answer to grow old.
    fileprivate mutating func askOftenInVain() {
        timeout /= 4
        cache?.failureTimeToLive = .milliseconds(50)
        cache?.maximumFailureTimeToLive = .milliseconds(50)
    }
}
