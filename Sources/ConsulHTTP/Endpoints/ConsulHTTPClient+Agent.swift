// SPDX-License-Identifier: Apache-2.0

extension ConsulHTTPClient {
    /// The address of the cluster's leader; `nil` if there is none. Needs no token.
    ///
    /// - Throws: ``ConsulHTTPError``, also on an agent that knows no servers; `CancellationError`.
    public func leader(timeout: Duration? = nil) async throws -> String? {
        let address = try await read(ReadRequest(RequestPath("/v1/status/leader")), timeout: timeout) { body in
            try JSONReader.decode(String.self, from: body.span)
        }.value
        return address.isEmpty ? nil : address
    }

    /// The agent that is asked: its version, and how it is configured.
    ///
    /// - Throws: ``ConsulHTTPError``; the token needs `agent:read`. `CancellationError`.
    public func agent(timeout: Duration? = nil) async throws -> AgentInfo {
        try await read(ReadRequest(RequestPath("/v1/agent/self")), timeout: timeout) { body in
            try AgentInfo(decoding: body.span)
        }.value
    }
}
