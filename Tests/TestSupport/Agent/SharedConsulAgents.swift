// SPDX-License-Identifier: Apache-2.0

/// Agents that many tests of a process share, one for each configuration.
///
/// An agent takes a second to start, so tests that only read, or that keep to names of their own, need not each have
/// one. Shared agents are never stopped by a test: each ends, and its files go, when the test process ends.
public actor SharedConsulAgents {
    private struct Key: Hashable {
        let configuration: String
        let mode: ConsulAgentMode
        let listeners: ConsulAgentListeners
        let dress: AgentDress
    }

    /// The one pool of this process.
    public static let shared = SharedConsulAgents()

    private var agents: [Key: Task<ConsulAgent, any Error>] = [:]
    private var clusters: [AgentDress: Task<ConsulCluster, any Error>] = [:]
    private var startingFederation: Task<ConsulFederation, any Error>?

    /// The agent of this configuration, started for whoever asks first. Two texts of the same JSON mean one agent.
    public func agent(
        configuration: String = "{}",
        mode: ConsulAgentMode = .dev,
        listeners: ConsulAgentListeners = ConsulAgentListeners(),
        dress: AgentDress = .plain
    ) async throws -> ConsulAgent {
        let text = try JSONObject(parsing: configuration).text()
        let key = Key(configuration: text, mode: mode, listeners: listeners, dress: dress)
        let starting =
            agents[key]
            ?? Task {
                try await ConsulAgent.start(configuration: text, mode: mode, listeners: listeners, dress: dress)
            }
        agents[key] = starting
        do {
            return try await starting.value
        } catch {
            // The next test gets another try, and an error of its own to report.
            agents[key] = nil
            throw error
        }
    }

    /// Three servers, for tests that leave all of them alone.
    public func cluster(dress: AgentDress = .plain) async throws -> ConsulCluster {
        let starting = clusters[dress] ?? Task { try await ConsulCluster.start(dress: dress) }
        clusters[dress] = starting
        do {
            return try await starting.value
        } catch {
            clusters[dress] = nil
            throw error
        }
    }

    /// Two datacenters, for tests that leave both alone.
    public func federation() async throws -> ConsulFederation {
        let starting = startingFederation ?? Task { try await ConsulFederation.start() }
        startingFederation = starting
        do {
            return try await starting.value
        } catch {
            startingFederation = nil
            throw error
        }
    }
}
