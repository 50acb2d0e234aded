// SPDX-License-Identifier: Apache-2.0

import Foundation

@testable import TestSupport

/// The agent that rows are played on, one after the other. It has the configuration that the row wants, and holds only
/// the registrations of that row.
actor ConformanceStage {
    static let shared = ConformanceStage()

    private let agents = SharedConsulAgents()
    private var registered: [ObjectIdentifier: (requests: [ConformanceRow.Registration], names: [String: String])] = [:]

    /// Prepares an agent for a row.
    ///
    /// - Returns: The agent, the names that the row's query may use, and the version of Consul.
    func set(_ row: ConformanceRow) async throws -> (
        agent: ConsulAgent, names: [String: String], version: ConsulVersion
    ) {
        let agent = try await agent(for: row)
        if row.agentConfiguration["_lone"] == nil, row.agentConfiguration["server"] == nil {
            if registered[ObjectIdentifier(agent)]?.requests != row.register {
                registered[ObjectIdentifier(agent)] = nil
                try await clear(agent)
                let names = try await register(row, with: agent)
                registered[ObjectIdentifier(agent)] = (row.register, names)
            }
        }
        return (agent, registered[ObjectIdentifier(agent)]?.names ?? [:], agent.version)
    }

    private func agent(for row: ConformanceRow) async throws -> ConsulAgent {
        if row.agentConfiguration["_lone"] != nil { return try await agents.agent(mode: .lone) }
        let mode = row.agentConfiguration["server"] == false ? ConsulAgentMode.client : .dev
        return try await agents.agent(configuration: row.agentConfiguration.text(), mode: mode)
    }

    // MARK: Registrations

    private func register(_ row: ConformanceRow, with agent: ConsulAgent) async throws -> [String: String] {
        var names: [String: String] = [:]
        for registration in row.register {
            let body = try registration.body.text()
            try await withThrowingTaskGroup(of: HTTPReply.self) { group in
                let count = registration.repeat ?? 1
                for index in 0..<count {
                    // A few at a time: an agent refuses the two hundredth connection.
                    if index >= 16 { _ = try await group.next() }
                    let text =
                        body
                        .replacingOccurrences(of: "{i}", with: String(index))
                        .replacingOccurrences(of: "{ip}", with: ConsulAgent.instanceAddress(index))
                    group.addTask { try await Self.send(registration, text, token: row.token, to: agent) }
                }
                for try await reply in group {
                    guard let name = registration.capture else { continue }
                    names["{\(name)}"] = try JSONObject(parsing: reply.body)["ID"]?.string
                }
            }
        }
        return names
    }

    private static func send(
        _ registration: ConformanceRow.Registration,
        _ body: String,
        token: String?,
        to agent: ConsulAgent
    ) async throws -> HTTPReply {
        let isPost = registration.method == "POST"
        let reply =
            try await isPost
            ? agent.post(registration.path, json: body, token: token)
            : agent.put(registration.path, json: body, token: token)
        guard reply.isSuccess else {
            throw ConsulAgentError.refused(request: registration.path, status: reply.status, body: reply.body)
        }
        return reply
    }

    /// Removes all registrations except the agent itself.
    private func clear(_ agent: ConsulAgent) async throws {
        let token = agent.files.masterToken
        for query in try await list("/v1/query", "ID", agent, token) {
            try await agent.delete("/v1/query/\(query)", token: token)
        }
        let services = try JSONObject(parsing: try await agent.get("/v1/agent/services", token: token).body)
        for service in services.members.keys { try await agent.deregisterLocally(serviceID: service) }
        for node in try await list("/v1/catalog/nodes", "Node", agent, token) where node != agent.node {
            try await agent.deregister(node: node)
        }
    }

    private func list(_ path: String, _ key: String, _ agent: ConsulAgent, _ token: String?) async throws -> [String] {
        let entries = try await agent.get(path, token: token).body
        return try JSONObject(parsing: "{\"entries\":\(entries)}")["entries"]?.array?.compactMap {
            $0.object?[key]?.string
        } ?? []
    }
}

extension JSONObject.Value {
    var array: [JSONObject.Value]? {
        if case .array(let array) = self { array } else { nil }
    }

    var integer: Int? {
        if case .number(let number) = self { Int(exactly: number) } else { nil }
    }
}
