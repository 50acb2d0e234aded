// SPDX-License-Identifier: Apache-2.0

extension ConsulHTTPClient {
    /// Returns the instances of a service with their health.
    ///
    /// - Parameters:
    ///   - request: The service, and which of its instances.
    ///   - timeout: The time limit for the whole request; ``ConsulHTTPConfiguration/requestTimeout`` by default.
    /// - Throws: ``ConsulHTTPError``, or `CancellationError`. An empty list is not an error: Consul answers it for a
    ///   service that does not exist, and for one that the token may not read.
    public func serviceHealth(
        _ request: ServiceHealthRequest,
        timeout: Duration? = nil
    ) async throws -> ConsulAnswer<[ServiceEntry]> {
        try await read(request.read, timeout: timeout) { body in
            try ServiceEntry.decodeList(body.span, fields: request.fields)
        }
    }

    /// Returns a watch of the instances of a service. The first query is sent when the watch is iterated.
    public func watchServiceHealth(_ request: ServiceHealthRequest) -> ConsulWatch<[ServiceEntry]> {
        watch(request.read, discriminator: "\(request.fields.rawValue)") { body in
            try ServiceEntry.decodeList(body.span, fields: request.fields)
        }
    }

    /// Returns the health of the instances of a service that are registered with this agent, as the agent itself sees
    /// it.
    ///
    /// - Throws: ``ConsulHTTPError``, or `CancellationError`. An unknown service yields an empty list.
    public func agentHealth(ofService name: String, timeout: Duration? = nil) async throws -> [AgentServiceHealth] {
        // The status expresses the health of the service; 429 means "warning" here, and not a rate limit.
        let request = ReadRequest(
            RequestPath("/v1/agent/health/service/name").appending(segment: name),
            answerStatuses: [200, 404, 429, 503]
        )
        return try await read(request, timeout: timeout) { body in
            try AgentServiceHealth.decodeList(body.span)
        }.value
    }
}
