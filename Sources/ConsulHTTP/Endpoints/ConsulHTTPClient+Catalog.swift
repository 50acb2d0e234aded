// SPDX-License-Identifier: Apache-2.0

extension ConsulHTTPClient {
    /// Returns the names and tags of all services that the token may read.
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

    /// Returns the datacenters that the agent knows, nearest first. The list includes datacenters that cannot be
    /// reached.
    ///
    /// - Throws: ``ConsulHTTPError``, or `CancellationError`.
    public func datacenters(timeout: Duration? = nil) async throws -> [String] {
        try await read(ReadRequest(RequestPath("/v1/catalog/datacenters")), timeout: timeout) { body in
            try JSONReader.decode([String].self, from: body.span)
        }.value
    }

    /// Returns a node; `nil` if no node has this name. Consul also accepts the beginning of a node's id as its name.
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
                case "Node":
                    node = try ServiceEntry.Node(reading: &reader, in: bytes, fields: [.taggedAddresses, .labels])
                default: try reader.skipValue(in: bytes)
                }
            }
        }
    }

    /// Executes a prepared query.
    ///
    /// - Parameters:
    ///   - nameOrID: The query's name or id.
    ///   - options: The options that apply to every read.
    ///   - timeout: The time limit for the whole request; ``ConsulHTTPConfiguration/requestTimeout`` by default.
    /// - Throws: ``ConsulHTTPError`` with ``ConsulHTTPError/Code/notFound`` if the query does not exist, or if the
    ///   token may not execute it; `CancellationError`.
    public func execute(
        preparedQuery nameOrID: String,
        options: ReadOptions = ReadOptions(),
        timeout: Duration? = nil
    ) async throws -> ConsulAnswer<PreparedQueryResult> {
        let path = RequestPath("/v1/query").appending(segment: nameOrID).appending(key: "execute")
        return try await read(ReadRequest(path, options: options), timeout: timeout) { body in
            try PreparedQueryResult(decoding: body.span)
        }
    }
}
