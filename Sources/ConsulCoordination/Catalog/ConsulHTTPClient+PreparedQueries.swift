// SPDX-License-Identifier: Apache-2.0

public import ConsulHTTP

/// Definitions of prepared queries. A query is executed with
/// ``/ConsulHTTP/ConsulHTTPClient/execute(preparedQuery:options:fields:timeout:)``.
extension ConsulHTTPClient {
    /// Creates a prepared query.
    ///
    /// - Parameters:
    ///   - query: The definition. Its id is ignored.
    ///   - datacenter: The datacenter that keeps the query; `nil`, the default, for the client's, or else the agent's.
    /// - Returns: The id of the query.
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/conflict`` if another query has the name;
    ///   ``/ConsulHTTP/ConsulHTTPError``; `CancellationError`.
    public func create(_ query: PreparedQuery, datacenter: String? = nil) async throws -> String {
        try await change(.post, Self.queries, query, datacenter).decoded(Created.self, of: "POST /v1/query").id
    }

    /// Replaces a prepared query.
    ///
    /// Members that ``PreparedQuery`` does not have are lost, such as the failover targets of Consul 1.14.
    ///
    /// - Parameters:
    ///   - query: The definition, with the id of the query.
    ///   - datacenter: The datacenter that keeps the query; `nil`, the default, for the client's, or else the agent's.
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/invalidArgument`` if the definition has no id, with
    ///   ``CoordinationError/Code/conflict`` if another query has the name; ``/ConsulHTTP/ConsulHTTPError``, also if there
    ///   is no such query; `CancellationError`.
    public func update(_ query: PreparedQuery, datacenter: String? = nil) async throws {
        _ = try await change(.put, try Self.path(of: query.id), query, datacenter)
    }

    /// Deletes a prepared query.
    ///
    /// - Parameters:
    ///   - id: The id of the query.
    ///   - datacenter: The datacenter that keeps the query; `nil`, the default, for the client's, or else the agent's.
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/invalidArgument`` for an empty id;
    ///   ``/ConsulHTTP/ConsulHTTPError``, also if there is no such query; `CancellationError`.
    public func deletePreparedQuery(id: String, datacenter: String? = nil) async throws {
        _ = try await change(.delete, try Self.path(of: id), nil, datacenter)
    }

    /// Returns the definition of a prepared query; `nil` if there is no such query.
    ///
    /// - Parameters:
    ///   - id: The id of the query, not its name.
    ///   - options: The options of the read, such as the datacenter.
    ///   - timeout: The time limit; ``/ConsulHTTP/ConsulHTTPConfiguration/requestTimeout`` by default.
    /// - Throws: As ``deletePreparedQuery(id:datacenter:)``.
    public func preparedQuery(
        id: String,
        options: ReadOptions = ReadOptions(),
        timeout: Duration? = nil
    ) async throws -> PreparedQuery? {
        let read = ReadRequest(try Self.path(of: id), options: options)
        do {
            return try await self.read(read, timeout: timeout) { body in
                try JSONReader.decode([PreparedQuery].self, from: body.span)
            }.value.first
        } catch let error as ConsulHTTPError where error.code == .notFound && error.message.contains("Query not found")
        {
            // Any other 404 is that of a proxy, or of a server that is no Consul.
            return nil
        }
    }

    /// Returns the definitions of all prepared queries that the token may read. Without a management token, Consul leaves
    /// out queries without a name.
    ///
    /// - Throws: ``/ConsulHTTP/ConsulHTTPError``; `CancellationError`.
    public func preparedQueries(
        options: ReadOptions = ReadOptions(),
        timeout: Duration? = nil
    ) async throws -> ConsulAnswer<[PreparedQuery]> {
        try await read(ReadRequest(Self.queries, options: options), timeout: timeout) { body in
            try JSONReader.decode([PreparedQuery].self, from: body.span)
        }
    }

    /// Returns the definition that Consul would execute for a name, after the substitutions of a template.
    ///
    /// - Throws: ``/ConsulHTTP/ConsulHTTPError`` with ``/ConsulHTTP/ConsulHTTPError/Code/notFound`` if no query answers
    ///   for the name; `CancellationError`.
    public func explain(
        preparedQuery nameOrID: String,
        options: ReadOptions = ReadOptions(),
        timeout: Duration? = nil
    ) async throws -> PreparedQuery {
        let path = Self.queries.appending(segment: nameOrID).appending(key: "explain")
        return try await read(ReadRequest(path, options: options), timeout: timeout) { body in
            try JSONReader.decode(Explained.self, from: body.span).query
        }.value
    }

    // MARK: -

    private static var queries: RequestPath { RequestPath("/v1/query") }

    private static func path(of id: String) throws(CoordinationError) -> RequestPath {
        guard !id.isEmpty else { throw CoordinationError(.invalidArgument, "the id of a prepared query is empty") }
        return queries.appending(segment: id)
    }

    private func change(
        _ method: WriteRequest.Method,
        _ path: RequestPath,
        _ query: PreparedQuery?,
        _ datacenter: String?
    ) async throws -> RawAnswer {
        var request = WriteRequest(method, path, body: query.map { Array($0.json.description.utf8) } ?? [])
        request.datacenter = datacenter
        do {
            return try await write(request)
        } catch let error as ConsulHTTPError where error.status == 500 && error.message.contains("existing query name")
        {
            let name = query?.name ?? ""
            throw CoordinationError(.conflict, "another prepared query is named \"\(name)\"", underlying: error)
        }
    }

    /// The answer to a creation.
    private struct Created: JSONReadable {
        var id = ""

        init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
            guard try reader.beginObject(in: bytes) else { return }
            while let key = try reader.nextKey(in: bytes) {
                switch key {
                case "ID": id = try reader.read(in: bytes)
                default: try reader.skipValue(in: bytes)
                }
            }
        }
    }

    /// The answer to a request for an explanation.
    private struct Explained: JSONReadable {
        var query = PreparedQuery("", service: "")

        init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
            guard try reader.beginObject(in: bytes) else { return }
            while let key = try reader.nextKey(in: bytes) {
                switch key {
                case "Query": query = try reader.read(in: bytes)
                default: try reader.skipValue(in: bytes)
                }
            }
        }
    }
}
