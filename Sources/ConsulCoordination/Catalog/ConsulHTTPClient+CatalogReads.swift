// SPDX-License-Identifier: Apache-2.0

public import ConsulHTTP

extension ConsulHTTPClient {
    /// Returns the nodes of a datacenter, external ones included.
    ///
    /// - Parameters:
    ///   - options: The options of the read, such as the datacenter, a filter, or the node from which distances are
    ///     measured.
    ///   - timeout: The time limit; ``/ConsulHTTP/ConsulHTTPConfiguration/requestTimeout`` by default.
    /// - Throws: ``/ConsulHTTP/ConsulHTTPError``; `CancellationError`. Consul leaves out nodes that the token may not
    ///   read.
    public func nodes(
        options: ReadOptions = ReadOptions(),
        timeout: Duration? = nil
    ) async throws -> ConsulAnswer<[ServiceEntry.Node]> {
        try await read(CatalogRead.nodes(options), timeout: timeout, decode: CatalogRead.decodeNodes)
    }

    /// Returns the instances that are registered on a node; `nil` if there is no such node, or if the token may not read
    /// it.
    ///
    /// - Parameters:
    ///   - node: The name of the node.
    ///   - options: The options of the read, such as the datacenter.
    ///   - timeout: The time limit; ``/ConsulHTTP/ConsulHTTPConfiguration/requestTimeout`` by default.
    /// - Throws: ``/ConsulHTTP/ConsulHTTPError``; `CancellationError`.
    public func services(
        onNode node: String,
        options: ReadOptions = ReadOptions(),
        timeout: Duration? = nil
    ) async throws -> ConsulAnswer<[ServiceEntry.Service]?> {
        let path = RequestPath("/v1/catalog/node-services").appending(segment: node)
        return try await read(ReadRequest(path, options: options), timeout: timeout) { body in
            try CatalogRead.decodeNodeServices(body)
        }
    }

    /// Returns health checks.
    ///
    /// - Parameters:
    ///   - selection: The checks: those of a service, of a node, or of a status.
    ///   - options: The options of the read, such as the datacenter.
    ///   - timeout: The time limit; ``/ConsulHTTP/ConsulHTTPConfiguration/requestTimeout`` by default.
    /// - Throws: ``/ConsulHTTP/ConsulHTTPError``; `CancellationError`. A service or a node that does not exist has no
    ///   checks, and Consul leaves out checks that the token may not read.
    public func healthChecks(
        _ selection: HealthCheck.Selection,
        options: ReadOptions = ReadOptions(),
        timeout: Duration? = nil
    ) async throws -> ConsulAnswer<[HealthCheck]> {
        try await read(
            CatalogRead.checks(selection, options),
            timeout: timeout,
            decode: CatalogRead.decodeChecks
        )
    }

    /// Returns the addresses of the servers that take part in the consensus of a datacenter. Needs no token.
    ///
    /// - Throws: ``/ConsulHTTP/ConsulHTTPError``; `CancellationError`.
    package func peers(datacenter: String? = nil, timeout: Duration? = nil) async throws -> [String] {
        var options = ReadOptions()
        options.datacenter = datacenter
        return try await read(ReadRequest(RequestPath("/v1/status/peers"), options: options), timeout: timeout) {
            body in
            try JSONReader.decode([String].self, from: body.span)
        }.value
    }

    /// Returns the members of the gossip pool as this agent sees them.
    ///
    /// - Parameters:
    ///   - wan: True for the servers of all datacenters, which only servers know; false, the default, for the agents of
    ///     the agent's own datacenter.
    ///   - timeout: The time limit; ``/ConsulHTTP/ConsulHTTPConfiguration/requestTimeout`` by default.
    /// - Throws: ``/ConsulHTTP/ConsulHTTPError``; `CancellationError`. Consul leaves out members that the token may not
    ///   read.
    package func members(wan: Bool = false, timeout: Duration? = nil) async throws -> [AgentMember] {
        var query = RequestQuery()
        if wan { query.append("wan", "1") }
        return try await read(ReadRequest(RequestPath("/v1/agent/members"), query: query), timeout: timeout) { body in
            try JSONReader.decode([AgentMember].self, from: body.span)
        }.value
    }
}

/// A member of a gossip pool.
package struct AgentMember: Hashable, Sendable, JSONReadable {
    /// The name of the node; in the WAN pool, with the datacenter after a dot.
    package var name = ""
    /// The address in the gossip pool.
    package var address = ""
    /// The datacenter of the member.
    package var datacenter = ""
    /// True for a server.
    package var isServer = false
    /// True if the member is alive, as far as the queried agent knows.
    package var isAlive = false

    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "Name": name = try reader.read(in: bytes)
            case "Addr": address = try reader.read(in: bytes)
            case "Tags":
                let tags = try reader.read([String: String].self, in: bytes)
                (datacenter, isServer) = (tags["dc"] ?? "", tags["role"] == "consul")
            // Serf's states: 1 alive, 2 leaving, 3 left, 4 failed.
            case "Status": isAlive = try reader.read(Int.self, in: bytes) == 1
            default: try reader.skipValue(in: bytes)
            }
        }
    }
}
