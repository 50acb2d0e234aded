// SPDX-License-Identifier: Apache-2.0

/// Waits until a new agent is ready.
///
/// Another program sends no notification of its readiness, so this polls. The caller sets the time limit.
struct ConsulAgentReadiness: Sendable {
    let agent: ConsulAgent
    let process: AgentProcess

    private static let pause = Duration.milliseconds(20)

    func wait() async throws {
        while try await !isReady() {
            guard process.isRunning else {
                throw ConsulAgentError.didNotStart(reason: "ended at once", log: agent.logTail)
            }
            try await Task.sleep(for: Self.pause)
        }
    }

    private func isReady() async throws -> Bool {
        guard let reply = try? await agent.get("/v1/status/leader", token: nil) else { return false }
        guard agent.mode.hasLeader else { return true }
        guard reply.isSuccess, reply.body.contains(":") else { return false }
        guard await catalogKnowsAgent() else { return false }
        return await answersDNS()
    }

    /// Returns true if the agent's node is in the catalog. A new leader adds itself there, and rejects tokens until
    /// then.
    private func catalogKnowsAgent() async -> Bool {
        // Without a token that may read the catalog, the agent's report of a leader has to suffice.
        guard agent.files.catalogIsReadable else { return true }
        let reply = try? await agent.get("/v1/catalog/node/\(agent.node)", token: agent.files.masterToken)
        let node = reply.flatMap { try? JSONObject(parsing: $0.body) }
        return node?["Services"]?.object?["consul"] != nil
    }

    /// Returns true if the agent answers over DNS, with any answer: the test controls the zone and the access rules.
    private func answersDNS() async -> Bool {
        let question: [UInt8] = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 6] + Array("consul".utf8) + [0, 0, 6, 0, 1]
        for transport in DNSTransport.allCases {
            let answer = try? await withPlainDNSClient(transport, port: agent.ownPorts.dns) { client in
                try await client.send(question)
                return try await client.receive(within: .seconds(1))
            }
            if answer == nil { return false }
        }
        return true
    }
}
