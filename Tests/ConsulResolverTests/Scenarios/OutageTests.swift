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

        /// Nothing tells one who watches of a server that is frozen: a question that waits looks the same. Then all who ask
        /// for the same service are given what was said last, and it is not stale.
        var modes: [ConsulService.UpdateMode] { self == .death ? [.timeToLive, .watch] : [.timeToLive] }
    }

    @Test(arguments: Loss.allCases)
    func `While an agent is lost everybody has what it said last, and how old that is`(loss: Loss) async throws {
        try await withConsulAgent(mode: .server(expecting: 1)) { agent in
            try await agent.registerInstances(of: "web", count: 5)
            try await withEveryStrategy(dns: [agent.ports.dns], http: agent.ports.http) { resolvers in
                try await withServiceUsers(
                    of: "web",
                    with: resolvers,
                    following: loss.modes,
                    constant: Set((0..<5).map { "\(ConsulAgent.instanceAddress($0)):8080" })
                ) { users in
                    try await users.wait("everybody to know the service") { !$1.isStale }
                    try await loss.begin(for: agent)
                    try await users.wait("everybody to be told that it is an old answer") { $1.isStale }
                    try await expectAgesToGrow(for: users)
                    try await loss.end(for: agent)
                    try await users.wait("everybody to have a fresh answer") { !$1.isStale }
                }
            }
        }
    }

    /// Twice, so that what was said in between counts, and not what is left of the time before.
    private func expectAgesToGrow(for users: ServiceUsers) async throws {
        for _ in 1...2 {
            let before = users.latest.mapValues(\.age)
            try await users.wait("everybody's answer to be older than a moment ago") { user, resolution in
                // Who follows is told of changes only, and that time passes is none.
                !user.looksUp || (resolution.isStale && resolution.age > before[user] ?? .zero)
            }
        }
    }

    #if os(Linux)
    @Test func `An agent that is lost again and again costs no descriptors`() async {
        // In a process of its own: the descriptors of other tests come and go.
        await #expect(processExitsWith: .success) {
            try await withConsulAgent(mode: .server(expecting: 1)) { agent in
                try await agent.registerInstances(of: "web", count: 5)
                try await withEveryStrategy(dns: [agent.ports.dns], http: agent.ports.http) { resolvers in
                    try await withServiceUsers(
                        of: "web",
                        with: resolvers,
                        following: [.timeToLive],
                        constant: Set((0..<5).map { "\(ConsulAgent.instanceAddress($0)):8080" })
                    ) { users in
                        // Whatever is opened once is open after the first.
                        let losses: [Loss] = [.death, .freeze, .death, .freeze, .death, .freeze]
                        var after: [Int] = []
                        for loss in losses {
                            try await loss.begin(for: agent)
                            try await users.wait("everybody to be told that it is an old answer") { $1.isStale }
                            try await loss.end(for: agent)
                            try await users.wait("everybody to have a fresh answer") { !$1.isStale }
                            after.append(OpenDescriptors.count)
                        }
                        // Connections come and go; one that was left behind by each outage would show.
                        let most = after[1] + losses.count / 2
                        try await eventually("descriptors to be closed") { OpenDescriptors.count <= most }
                    }
                }
            }
        }
    }
    #endif
}
