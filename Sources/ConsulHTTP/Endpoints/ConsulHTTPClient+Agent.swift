// SPDX-License-Identifier: Apache-2.0

extension ConsulHTTPClient {
    /// Returns the address of the cluster's leader; `nil` if there is none. Needs no token.
    ///
    /// - Throws: ``ConsulHTTPError``, also if the agent knows no servers; `CancellationError`.
    public func leader(timeout: Duration? = nil) async throws -> String? {
        let address = try await read(ReadRequest(RequestPath("/v1/status/leader")), timeout: timeout) { body in
            try JSONReader.decode(String.self, from: body.span)
        }.value
        return address.isEmpty ? nil : address
    }

    /// Returns the version and the configuration of the agent.
    ///
    /// - Throws: ``ConsulHTTPError``; the token needs `agent:read`. `CancellationError`.
    public func agent(timeout: Duration? = nil) async throws -> AgentInfo {
        try await read(ReadRequest(RequestPath("/v1/agent/self")), timeout: timeout) { body in
            try AgentInfo(decoding: body.span)
        }.value
    }
}
