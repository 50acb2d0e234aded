// SPDX-License-Identifier: Apache-2.0

/// Agents that many tests of a process share, one for each configuration.
///
/// An agent takes a second to start, so tests that only read, or that keep to names of their own, need not each have
/// one. Shared agents are never stopped by a test: each ends, and its files go, when the test process ends.
public actor SharedConsulAgents {
    private struct Key: Hashable {
        let configuration: String
        let mode: ConsulAgentMode
    }

    /// The one pool of this process.
    public static let shared = SharedConsulAgents()

    private var agents: [Key: Task<ConsulAgent, any Error>] = [:]

    /// The agent of this configuration, started for whoever asks first. Two texts of the same JSON mean one agent.
    public func agent(configuration: String = "{}", mode: ConsulAgentMode = .dev) async throws -> ConsulAgent {
        let key = Key(configuration: try JSONObject(parsing: configuration).text(), mode: mode)
        let starting =
            agents[key] ?? Task { try await ConsulAgent.start(configuration: configuration, mode: mode) }
        agents[key] = starting
        do {
            return try await starting.value
        } catch {
            // The next test gets another try, and an error of its own to report.
            agents[key] = nil
            throw error
        }
    }
}
