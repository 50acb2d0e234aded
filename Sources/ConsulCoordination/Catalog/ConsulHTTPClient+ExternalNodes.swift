// SPDX-License-Identifier: Apache-2.0

public import ConsulHTTP

/// Registrations of nodes without an agent, directly in the catalog.
///
/// A node with an agent is refused: its agent compares the catalog with its own list about every minute, and would undo
/// the change (anti-entropy). Such a node has the check `serfHealth`. Instances on it are registered with its agent.
extension ConsulHTTPClient {
    /// Registers an external node, and an instance of a service on it. Repeating a registration replaces it.
    ///
    /// - Parameters:
    ///   - node: The node.
    ///   - service: An instance on the node; `nil`, the default, to register the node alone.
    ///   - datacenter: The datacenter; `nil`, the default, for the client's, or else the agent's.
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/conflict`` if the node has an agent, with
    ///   ``CoordinationError/Code/invalidArgument`` for an empty name or address, or a status that Consul does not store;
    ///   ``/ConsulHTTP/ConsulHTTPError``; `CancellationError`.
    public func register(
        _ node: ExternalNode,
        service: ExternalNode.Service? = nil,
        datacenter: String? = nil
    ) async throws {
        guard !node.name.isEmpty, !node.address.isEmpty, service?.name.isEmpty != true, service?.id.isEmpty != true
        else {
            throw CoordinationError(
                .invalidArgument,
                "an external node needs a name and an address, its instance a name"
            )
        }
        if let status = service?.status, ![.passing, .warning, .critical].contains(status) {
            throw CoordinationError(.invalidArgument, "\(status) is no status that a check in the catalog can have")
        }
        try await refuseAgent(node.name, datacenter)
        try await change("register", node.registration(of: service), datacenter)
    }

    /// Removes an external node with all of its instances, or one of its instances. One that does not exist is no
    /// error.
    ///
    /// - Parameters:
    ///   - node: The name of the node.
    ///   - service: The id of the instance; `nil`, the default, for the whole node.
    ///   - datacenter: The datacenter; `nil`, the default, for the client's, or else the agent's.
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/conflict`` if the node has an agent;
    ///   ``/ConsulHTTP/ConsulHTTPError``; `CancellationError`.
    public func deregister(externalNode node: String, service: String? = nil, datacenter: String? = nil) async throws {
        guard !node.isEmpty, service?.isEmpty != true else {
            throw CoordinationError(.invalidArgument, "the name of a node, or the id of an instance, is empty")
        }
        try await refuseAgent(node, datacenter)
        var members: JSON.Members = ["Node": .string(node)]
        // Without this member, Consul removes the whole node.
        if let service { members.list.append(("ServiceID", .string(service))) }
        try await change("deregister", members, datacenter)
    }

    private func refuseAgent(_ node: String, _ datacenter: String?) async throws {
        var options = ReadOptions()
        (options.datacenter, options.consistency) = (datacenter, .consistent)
        let checks = try await healthChecks(.node(node), options: options).value
        guard checks.contains(where: { $0.id == "serfHealth" }) else { return }
        throw CoordinationError(
            .conflict,
            "\"\(node)\" has an agent, which would undo a change of the catalog: register instances with that agent"
        )
    }

    private func change(_ verb: StaticString, _ members: JSON.Members, _ datacenter: String?) async throws {
        var members = members
        // These two endpoints ignore the parameter `dc`, and take the datacenter from the body.
        if let datacenter = datacenter ?? configuration.datacenter {
            members.list.append(("Datacenter", .string(datacenter)))
        }
        let path = RequestPath("/v1/catalog").appending(segment: verb.description)
        var request = WriteRequest(.put, path, body: Array(JSON.object(members).description.utf8))
        request.datacenter = datacenter
        _ = try await write(request)
    }
}
