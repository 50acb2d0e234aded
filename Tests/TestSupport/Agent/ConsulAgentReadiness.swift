// SPDX-License-Identifier: Apache-2.0

/// Finds out when a new agent can be used.
///
/// Another program's readiness comes with no event to wait for, so this asks again and again; the caller sets the
/// deadline.
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

    /// The leader enters itself into the catalog when it has taken office, and refuses tokens until then.
    private func catalogKnowsAgent() async -> Bool {
        // Without a token nobody may look; then the leader's word has to do.
        guard agent.files.catalogIsReadable else { return true }
        let reply = try? await agent.get("/v1/catalog/node/\(agent.node)", token: agent.files.masterToken)
        let node = reply.flatMap { try? JSONObject(parsing: $0.body) }
        return node?["Services"]?.object?["consul"] != nil
    }

    /// Whatever the answer says: the zone and the access rules are the test's business.
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
