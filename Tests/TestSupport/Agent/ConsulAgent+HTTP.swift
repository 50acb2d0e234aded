// SPDX-License-Identifier: Apache-2.0

/// What a test tells the agent, past any dress.
extension ConsulAgent {
    /// Sends a GET. The path may carry a query and must be percent-encoded.
    public func get(_ path: String, token: String? = nil) async throws -> HTTPReply {
        try await send("GET", path, token: token)
    }

    /// Sends a PUT with a JSON body.
    @discardableResult
    public func put(_ path: String, json body: String = "", token: String? = nil) async throws -> HTTPReply {
        try await send("PUT", path, body: body, token: token)
    }

    /// Sends a POST with a JSON body.
    @discardableResult
    public func post(_ path: String, json body: String, token: String? = nil) async throws -> HTTPReply {
        try await send("POST", path, body: body, token: token)
    }

    /// Sends a DELETE.
    @discardableResult
    public func delete(_ path: String, token: String? = nil) async throws -> HTTPReply {
        try await send("DELETE", path, token: token)
    }

    /// Sends a PUT that has no reason to fail, and throws when it does: a test must not go on with half of its set-up.
    /// Where the agent has a master token, this uses it.
    @discardableResult
    func command(_ path: String, json body: String) async throws -> HTTPReply {
        let reply = try await put(path, json: body, token: files.masterToken)
        guard reply.isSuccess else {
            throw ConsulAgentError.refused(request: "PUT \(path)", status: reply.status, body: reply.body)
        }
        return reply
    }

    /// Longer than the seven seconds that an agent looks for a leader before it gives up.
    private static let patience = Duration.seconds(20)

    private func send(_ method: String, _ path: String, body: String = "", token: String?) async throws -> HTTPReply {
        let request = PlainHTTP.Request(
            method: method,
            path: path,
            headers: token.map { ["X-Consul-Token": $0] } ?? [:],
            body: body
        )
        let port = ownPorts.http
        return try await withDeadline(Self.patience, "\(method) \(path)") {
            try await PlainHTTP.send(request, to: .port(port))
        }
    }
}
