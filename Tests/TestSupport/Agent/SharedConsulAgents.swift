// SPDX-License-Identifier: Apache-2.0

/// Agents that many tests of a process share, one for each configuration.
///
/// An agent takes a second to start, so tests that only read, or that use names of their own, share one. Tests never
/// stop a shared agent: it ends, and its files are deleted, when the test process ends.
public actor SharedConsulAgents {
    private struct Key: Hashable {
        let configuration: String
        let mode: ConsulAgentMode
        let listeners: ConsulAgentListeners
        let dress: AgentDress
    }

    /// The pool of this process.
    public static let shared = SharedConsulAgents()

    private var agents: [Key: Task<ConsulAgent, any Error>] = [:]
    private var clusters: [AgentDress: Task<ConsulCluster, any Error>] = [:]
    private var startingFederation: Task<ConsulFederation, any Error>?

    /// Returns the agent of this configuration, started on first use. Two texts of the same JSON share one agent.
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
            // The next test tries again and reports an error of its own.
            agents[key] = nil
            throw error
        }
    }

    /// Returns a cluster of three servers, for tests that change none of them.
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

    /// Returns two datacenters, for tests that change neither.
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
