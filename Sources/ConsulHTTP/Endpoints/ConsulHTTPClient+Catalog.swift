// SPDX-License-Identifier: Apache-2.0

extension ConsulHTTPClient {
    /// The names of all services that the token may see, with their tags.
    ///
    /// - Throws: ``ConsulHTTPError``, or `CancellationError`.
    public func catalogServices(
        options: ReadOptions = ReadOptions(),
        timeout: Duration? = nil
    ) async throws -> ConsulAnswer<[String: [String]]> {
        try await read(ReadRequest(RequestPath("/v1/catalog/services"), options: options), timeout: timeout) { body in
            try JSONReader.decode([String: [String]].self, from: body.span)
        }
    }

    /// The datacenters that the agent knows, nearest first; one that cannot be reached is still among them.
    ///
    /// - Throws: ``ConsulHTTPError``, or `CancellationError`.
    public func datacenters(timeout: Duration? = nil) async throws -> [String] {
        try await read(ReadRequest(RequestPath("/v1/catalog/datacenters")), timeout: timeout) { body in
            try JSONReader.decode([String].self, from: body.span)
        }.value
    }

    /// A node; `nil` if there is none of this name. Consul also takes the beginning of a node's id for its name.
    ///
    /// - Throws: ``ConsulHTTPError``, or `CancellationError`.
    package func catalogNode(
        _ name: String,
        options: ReadOptions = ReadOptions(),
        timeout: Duration? = nil
    ) async throws -> ConsulAnswer<ServiceEntry.Node?> {
        let path = RequestPath("/v1/catalog/node").appending(segment: name)
        return try await read(ReadRequest(path, options: options), timeout: timeout) { body in
            try JSONReader.decode(CatalogNode.self, from: body.span).node
        }
    }

    private struct CatalogNode: JSONReadable {
        var node: ServiceEntry.Node?

        init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
            guard try reader.beginObject(in: bytes) else { return }
            while let key = try reader.nextKey(in: bytes) {
                switch key {
                case "Node": node = try ServiceEntry.Node(reading: &reader, in: bytes, fields: .taggedAddresses)
                default: try reader.skipValue(in: bytes)
                }
            }
        }
    }

    /// Runs a prepared query.
    ///
    /// - Parameters:
    ///   - nameOrID: The query's name or id.
    ///   - options: What may be chosen for every read.
    ///   - fields: What to take from the answer.
    ///   - timeout: How long it may take altogether; ``Configuration/requestTimeout`` by default.
    /// - Throws: ``ConsulHTTPError`` with ``ConsulHTTPError/Code/notFound`` if there is no such query, or the token may
    ///   not run it; `CancellationError`.
    public func execute(
        preparedQuery nameOrID: String,
        options: ReadOptions = ReadOptions(),
        fields: ServiceEntry.Fields = .standard,
        timeout: Duration? = nil
    ) async throws -> ConsulAnswer<PreparedQueryResult> {
        let path = RequestPath("/v1/query").appending(segment: nameOrID).appending(key: "execute")
        return try await read(ReadRequest(path, options: options), timeout: timeout) { body in
            try PreparedQueryResult(decoding: body.span, fields: fields)
        }
    }
}
