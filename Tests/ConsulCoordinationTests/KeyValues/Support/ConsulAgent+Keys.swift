// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import TestSupport
import Testing

extension ConsulAgent {
    /// Creates a session without checks, and returns its id.
    func makeSession() async throws -> String {
        let reply = try await put("/v1/session/create", json: #"{"NodeChecks": [], "LockDelay": "0s", "TTL": "3600s"}"#)
        let id = reply.body.split(separator: "\"").first { $0.count == 36 }
        return String(try #require(id, "no session was created: \(reply.body)"))
    }

    /// Destroys a session.
    func destroySession(_ id: String) async throws {
        try await put("/v1/session/destroy/\(id)")
    }
}

/// Calls the body with a client and the key/value store of a shared agent of each dress.
func withStore<Output>(
    _ dress: AgentDress = .plain,
    configuration: String = "{}",
    isolation: isolated (any Actor)? = #isolation,
    _ body: (KeyValueStore, ConsulAgent) async throws -> Output
) async throws -> Output {
    let agent = try await SharedConsulAgents.shared.agent(configuration: configuration, dress: dress)
    return try await withConsul(agent) { consul in try await body(consul.keyValues, agent) }
}
