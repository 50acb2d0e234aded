// SPDX-License-Identifier: Apache-2.0

/// Commands of a test to the agent itself, without the proxy of a dress.
extension ConsulAgent {
    /// Sends a GET. The path may have a query string and must be percent-encoded.
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

    /// Sends a PUT that should succeed, and throws if it fails, so that a test does not continue with half of its
    /// setup. It uses the agent's master token if there is one.
    @discardableResult
    func command(_ path: String, json body: String) async throws -> HTTPReply {
        let reply = try await put(path, json: body, token: files.masterToken)
        guard reply.isSuccess else {
            throw ConsulAgentError.refused(request: "PUT \(path)", status: reply.status, body: reply.body)
        }
        return reply
    }

    /// The timeout. It is longer than the seven seconds for which an agent waits for a leader before it fails a
    /// request.
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
