// SPDX-License-Identifier: Apache-2.0

public import ConsulHTTP

extension DevelopmentAgent {
    /// The node of the registered services. The agent's own node would lose them: an agent removes services from the
    /// catalog that were not registered with itself.
    private static let node = "consul-testing-services"

    /// Registers an instance of a service, or replaces the one with the same ID. Every query that is sent after the call
    /// sees it.
    ///
    /// The instance is in the catalog only, so only the next registration changes its health.
    ///
    /// - Parameters:
    ///   - service: The service's name.
    ///   - id: The ID of the instance. Default `nil`: the name, a dash and the port.
    ///   - address: The address of the instance. Default `127.0.0.1`.
    ///   - port: The port.
    ///   - tags: The tags. Empty by default.
    ///   - metadata: The metadata. Empty by default.
    ///   - status: The status of its check. Default `passing`.
    /// - Returns: The ID.
    /// - Throws: `ConsulHTTPError`; `CancellationError`.
    @discardableResult
    public func register(
        _ service: String,
        id: String? = nil,
        address: String = "127.0.0.1",
        port: UInt16,
        tags: [String] = [],
        metadata: [String: String] = [:],
        status: HealthStatus = .passing
    ) async throws -> String {
        let id = id ?? "\(service)-\(port)"
        var meta = JSON.Members()
        meta.list = metadata.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }
        let body: JSON = .object([
            "Node": .string(Self.node), "Address": "127.0.0.1",
            "Service": .object([
                "ID": .string(id), "Service": .string(service), "Address": .string(address),
                "Port": .integer(Int(port)), "Tags": .array(tags.map(JSON.string)), "Meta": .object(meta),
            ]),
            "Check": .object([
                "Node": .string(Self.node), "CheckID": .string("service:\(id)"), "Name": "status",
                "Status": JSON(status), "ServiceID": .string(id),
            ]),
        ])
        _ = try await client.write(
            WriteRequest(.put, RequestPath("/v1/catalog/register"), body: Array(body.description.utf8))
        )
        return id
    }

    /// Removes an instance. One that does not exist is no error.
    ///
    /// - Parameter id: The ID that ``register(_:id:address:port:tags:metadata:status:)`` has returned.
    /// - Throws: `ConsulHTTPError`; `CancellationError`.
    public func deregister(id: String) async throws {
        let body: JSON = .object(["Node": .string(Self.node), "ServiceID": .string(id)])
        _ = try await client.write(
            WriteRequest(.put, RequestPath("/v1/catalog/deregister"), body: Array(body.description.utf8))
        )
    }
}
