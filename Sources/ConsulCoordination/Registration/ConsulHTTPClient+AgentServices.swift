// SPDX-License-Identifier: Apache-2.0

package import ConsulHTTP

/// The services and checks of the agent itself. The agent keeps them in the catalog (anti-entropy).
extension ConsulHTTPClient {
    /// Registers a service with the agent, in place of one with the same id. Checks that the new registration does not
    /// have are removed, maintenance mode included; a check that it has keeps its status.
    ///
    /// - Throws: ``/ConsulHTTP/ConsulHTTPError``; `CancellationError`.
    package func registerService(
        _ service: ServiceDescription,
        incarnation: String,
        timeout: Duration? = nil
    ) async throws {
        var query = RequestQuery()
        query.append("replace-existing-checks", "true")
        let body = Array(service.json(incarnation: incarnation).description.utf8)
        let request = WriteRequest(.put, RequestPath("/v1/agent/service/register"), query: query, body: body)
        _ = try await write(request, timeout: timeout)
    }

    /// Removes a service and its checks from the agent; a service that the agent does not have counts as removed.
    ///
    /// - Throws: ``/ConsulHTTP/ConsulHTTPError``; `CancellationError`.
    package func deregisterService(_ id: String, timeout: Duration? = nil) async throws {
        // Consul 1.8 answers 200 for an unknown id, newer versions 404.
        let path = RequestPath("/v1/agent/service/deregister").appending(segment: id)
        _ = try await write(WriteRequest(.put, path, answerStatuses: [200, 404]), timeout: timeout)
    }

    /// Begins or ends the maintenance mode of a service: a critical check of its own.
    ///
    /// - Parameters:
    ///   - reason: The reason for people; `nil` to end the maintenance mode.
    /// - Returns: False if the agent does not have the service.
    /// - Throws: ``/ConsulHTTP/ConsulHTTPError``; `CancellationError`.
    @discardableResult
    package func setMaintenance(ofService id: String, reason: String?, timeout: Duration? = nil) async throws -> Bool {
        try await setMaintenance(
            at: RequestPath("/v1/agent/service/maintenance").appending(segment: id),
            reason: reason,
            timeout: timeout
        )
    }

    /// Begins or ends the maintenance mode of the agent's node, which covers all services on it.
    ///
    /// - Parameter reason: The reason for people; `nil` to end the maintenance mode.
    /// - Throws: ``/ConsulHTTP/ConsulHTTPError``; the token needs `node:write`. `CancellationError`.
    package func setNodeMaintenance(reason: String?, timeout: Duration? = nil) async throws {
        _ = try await setMaintenance(at: RequestPath("/v1/agent/maintenance"), reason: reason, timeout: timeout)
    }

    private func setMaintenance(at path: RequestPath, reason: String?, timeout: Duration?) async throws -> Bool {
        var query = RequestQuery()
        query.append("enable", reason == nil ? "false" : "true")
        query.append("reason", ifPresent: reason)
        let answer = try await write(
            WriteRequest(.put, path, query: query, answerStatuses: [200, 404]),
            timeout: timeout
        )
        return answer.status == 200
    }

    /// Sets the status and the output of a TTL check, and renews its time to live.
    ///
    /// - Returns: False if the agent does not have the check. Consul 1.8 answers 500 in this case, which is thrown.
    /// - Throws: ``/ConsulHTTP/ConsulHTTPError``; `CancellationError`.
    package func updateCheck(_ id: String, _ health: ServiceHealth, timeout: Duration? = nil) async throws -> Bool {
        let body: JSON = .object([
            "Status": .string(health.status.description), "Output": .string(health.output),
        ])
        var request = WriteRequest(
            .put,
            RequestPath("/v1/agent/check/update").appending(segment: id),
            body: Array(body.description.utf8),
            answerStatuses: [200, 404]
        )
        request.isRenewal = true
        return try await write(request, timeout: timeout).status == 200
    }

    /// Returns a service that is registered with the agent; `nil` if the agent does not have it.
    ///
    /// - Throws: ``/ConsulHTTP/ConsulHTTPError``; the token needs `service:read`. `CancellationError`.
    package func agentService(
        _ id: String,
        options: ReadOptions = ReadOptions(),
        timeout: Duration? = nil
    ) async throws -> ServiceEntry.Service? {
        let path = RequestPath("/v1/agent/service").appending(segment: id)
        let request = ReadRequest(path, options: options, answerStatuses: [200, 404])
        let answer = try await read(request, timeout: timeout)
        guard answer.status == 200 else { return nil }
        return try Self.decoded(answer, of: request) { answer in
            try JSONReader.decode(AgentService.self, from: answer.body.span).service
        }.value
    }

    /// Returns the services that are registered with the agent, by id. Those that the token may not read are missing.
    ///
    /// - Throws: ``/ConsulHTTP/ConsulHTTPError``; `CancellationError`.
    package func agentServices(timeout: Duration? = nil) async throws -> [String: ServiceEntry.Service] {
        try await read(ReadRequest(RequestPath("/v1/agent/services")), timeout: timeout) { body in
            try JSONReader.decode([String: AgentService].self, from: body.span).mapValues(\.service)
        }.value
    }

    /// Returns the health of a service that is registered with the agent, as the agent itself sees it; `nil` if the
    /// agent does not have it.
    ///
    /// - Throws: ``/ConsulHTTP/ConsulHTTPError``; `CancellationError`.
    package func agentHealth(ofServiceID id: String, timeout: Duration? = nil) async throws -> AgentServiceHealth? {
        // The status expresses the health: 429 is a warning, and 503 critical.
        let path = RequestPath("/v1/agent/health/service/id").appending(segment: id)
        let request = ReadRequest(path, answerStatuses: [200, 404, 429, 503])
        let answer = try await read(request, timeout: timeout)
        guard answer.status != 404 else { return nil }
        return try Self.decoded(answer, of: request) { answer in
            try AgentServiceHealth.decodeList(answer.body.span, fields: .all).first
        }.value
    }

    private struct AgentService: JSONReadable {
        let service: ServiceEntry.Service

        init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
            service = try ServiceEntry.Service(reading: &reader, in: bytes, fields: .standard)
        }
    }
}
