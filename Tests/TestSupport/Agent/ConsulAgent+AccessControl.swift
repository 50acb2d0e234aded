// SPDX-License-Identifier: Apache-2.0

import Foundation

extension ConsulAgent {
    /// Creates a token with a policy of its own.
    ///
    /// - Parameter rules: Rules in Consul's language, such as `service "web" { policy = "read" }`. The default policy
    ///   applies to all other resources.
    public func createToken(rules: String) async throws -> ConsulToken {
        let name = "test-\(UUID().uuidString)"
        let policy = try await create("/v1/acl/policy", ["Name": .string(name), "Rules": .string(rules)])
        let token = try await create("/v1/acl/token", ["Policies": .array([["Name": .string(name)]])])
        return ConsulToken(
            secret: token["SecretID"]?.string ?? "",
            accessor: token["AccessorID"]?.string ?? "",
            policy: policy["ID"]?.string ?? "",
            policyName: name
        )
    }

    /// Replaces the rules of a token.
    public func setRules(_ rules: String, of token: ConsulToken) async throws {
        let policy: JSONObject = [
            "ID": .string(token.policy), "Name": .string(token.policyName), "Rules": .string(rules),
        ]
        try await command("/v1/acl/policy/\(token.policy)", json: policy.text())
    }

    /// Deletes a token. Consul rejects requests with it from then on.
    public func deleteToken(_ token: ConsulToken) async throws {
        let path = "/v1/acl/token/\(token.accessor)"
        let reply = try await delete(path, token: files.masterToken)
        guard reply.isSuccess else {
            throw ConsulAgentError.refused(request: "DELETE \(path)", status: reply.status, body: reply.body)
        }
    }

    /// Sets the agent's token for requests without one. DNS cannot carry a token, so this decides what DNS answers
    /// contain.
    public func setDefaultToken(_ secret: String) async throws {
        try await command("/v1/agent/token/default", json: (["Token": .string(secret)] as JSONObject).text())
        noteDefaultToken(secret)
    }

    private func create(_ path: String, _ object: JSONObject) async throws -> JSONObject {
        try JSONObject(parsing: try await command(path, json: object.text()).body)
    }
}
