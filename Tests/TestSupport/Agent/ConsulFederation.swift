// SPDX-License-Identifier: Apache-2.0

/// Two federated datacenters with one server each. Either server can be killed.
public final class ConsulFederation: Sendable {
    /// The server of the datacenter `dc1`, its node `n1`.
    public let dc1: ConsulAgent
    /// The server of the datacenter `dc2`, its node `n2`.
    public let dc2: ConsulAgent

    private init(dc1: ConsulAgent, dc2: ConsulAgent) {
        self.dc1 = dc1
        self.dc2 = dc2
    }

    /// Starts both servers and waits until each answers requests about the other datacenter.
    ///
    /// - Parameter configuration: JSON merged into the defaults of both, as for a single agent.
    /// - Parameter limit: The time limit for joining.
    public static func start(
        configuration: String = "{}",
        within limit: Duration = .seconds(30)
    ) async throws -> ConsulFederation {
        let wanted = try JSONObject(parsing: configuration)
        let texts = try (1...2).map { number in
            try wanted.merging(["datacenter": .string("dc\(number)"), "node_name": .string("n\(number)")]).text()
        }
        let first = try await ConsulAgent.start(configuration: texts[0])
        do {
            let second = try await ConsulAgent.start(configuration: texts[1])
            do {
                let federation = ConsulFederation(dc1: first, dc2: second)
                try await federation.join(within: limit)
                return federation
            } catch {
                try await second.stop()
                throw error
            }
        } catch {
            try await first.stop()
            throw error
        }
    }

    /// Stops both servers and deletes their files. Stopping twice is allowed.
    public func stop() async throws {
        try await dc1.stop()
        try await dc2.stop()
    }

    private func join(within limit: Duration) async throws {
        try await dc1.command("/v1/agent/join/127.0.0.1:\(dc2.ports.serfWAN)?wan=true", json: "")
        for (agent, other, datacenter) in [(dc1, dc2, "dc2"), (dc2, dc1, "dc1")] {
            try await asking("an answer about \(datacenter)", within: limit) {
                let path = "/v1/catalog/node/\(other.node)?dc=\(datacenter)"
                let reply = try? await agent.get(path, token: agent.files.masterToken)
                return reply?.isSuccess == true ? () : nil
            }
        }
    }
}

/// Starts two datacenters, calls the body with them, and stops them however the body ends.
public func withConsulFederation<Output>(
    configuration: String = "{}",
    isolation: isolated (any Actor)? = #isolation,
    _ body: (ConsulFederation) async throws -> Output
) async throws -> Output {
    let federation = try await ConsulFederation.start(configuration: configuration)
    return try await use(federation, in: body) { try await $0.stop() }
}
