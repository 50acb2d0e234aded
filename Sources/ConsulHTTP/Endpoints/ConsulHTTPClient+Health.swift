// SPDX-License-Identifier: Apache-2.0

extension ConsulHTTPClient {
    /// The instances of a service, with what is known of their health.
    ///
    /// - Parameters:
    ///   - request: Which instances.
    ///   - timeout: How long it may take altogether; ``Configuration/requestTimeout`` by default.
    /// - Throws: ``ConsulHTTPError``, or `CancellationError`. An empty list is no error: Consul answers it for a service
    ///   that does not exist, and for one that the token may not read.
    public func serviceHealth(
        _ request: ServiceHealthRequest,
        timeout: Duration? = nil
    ) async throws -> ConsulAnswer<[ServiceEntry]> {
        try await read(request.read, timeout: timeout) { body in
            try ServiceEntry.decodeList(body.span, fields: request.fields)
        }
    }

    /// Watches the instances of a service. Nothing is asked until the watch is iterated.
    public func watchServiceHealth(_ request: ServiceHealthRequest) -> ConsulWatch<[ServiceEntry]> {
        watch(request.read, discriminator: "\(request.fields.rawValue)") { body in
            try ServiceEntry.decodeList(body.span, fields: request.fields)
        }
    }

    /// How the agent itself sees a service: only the instances that are registered with this agent.
    ///
    /// - Throws: ``ConsulHTTPError``, or `CancellationError`. An unknown service is an empty list.
    public func agentHealth(ofService name: String, timeout: Duration? = nil) async throws -> [AgentServiceHealth] {
        // The status says how healthy the service is; 429 is a warning and no limit.
        let request = ReadRequest(
            RequestPath("/v1/agent/health/service/name").appending(segment: name),
            answerStatuses: [200, 404, 429, 503]
        )
        return try await read(request, timeout: timeout) { body in
            try AgentServiceHealth.decodeList(body.span)
        }.value
    }
}
