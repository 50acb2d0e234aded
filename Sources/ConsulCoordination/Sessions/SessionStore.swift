// SPDX-License-Identifier: Apache-2.0

public import ConsulHTTP

/// The sessions of one datacenter.
///
/// A session has to be renewed before its time to live is over. `withSession` and `withLock` do so by themselves; these
/// are the single requests.
///
/// A value type that may be copied and used by any task.
public struct SessionStore: Sendable {
    package let client: ConsulHTTPClient
    package let datacenter: String?

    /// Creates a view of the sessions.
    ///
    /// - Parameters:
    ///   - client: The client of an agent.
    ///   - datacenter: The datacenter of the sessions; `nil`, the default, for the client's datacenter, or else the
    ///     agent's. A session in a datacenter that is named belongs to one of its servers (``create(_:)``).
    public init(_ client: ConsulHTTPClient, datacenter: String? = nil) {
        (self.client, self.datacenter) = (client, datacenter)
    }

    /// Creates a session.
    ///
    /// Consul creates a session for a node of its own datacenter. If this store or the client's configuration names a
    /// datacenter, and the options name no node, the session belongs to a healthy server of that datacenter, chosen at
    /// random, and has no health checks: it ends when it is not renewed, or when that server leaves the catalog. To find
    /// the server, the token needs to read the service `consul` and the nodes there.
    ///
    /// - Returns: The id of the session.
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/invalidArgument``;
    ///   ``/ConsulHTTP/ConsulHTTPError``, after which the session may or may not exist unless the error is retryable or
    ///   a refusal by Consul; `CancellationError`.
    public func create(_ options: SessionOptions) async throws -> String {
        try await createPlaced(options).id
    }

    /// Creates a session, and returns the properties that it was created with.
    func createPlaced(_ options: SessionOptions) async throws -> (id: String, options: SessionOptions) {
        try options.validate()
        guard let home = datacenter ?? client.configuration.datacenter, options.node == nil else {
            return (try await create(placed: options), options)
        }
        guard options.serviceChecks.isEmpty else {
            throw CoordinationError(
                .invalidArgument,
                "a session with service checks needs the name of their node in the datacenter \(home)"
            )
        }
        var placed = options
        placed.nodeChecks = []
        var failure: ConsulHTTPError?
        // A server that leaves between the two requests is no longer a node that Consul accepts.
        for server in try await servers(of: home).shuffled().prefix(3) {
            placed.node = server
            do { return (try await create(placed: placed), placed) } catch let error as ConsulHTTPError
                where error.message.contains("Missing node")
            { failure = error }
        }
        throw failure
            ?? ConsulHTTPError(
                .noLeader,
                "the datacenter \(home) has no healthy server for a session, or the token may not read it",
                isRetryable: true
            )
    }

    /// Renews a session, which begins its time to live again.
    ///
    /// - Returns: The session; `nil` if it does not exist. Consul may have changed the time to live.
    /// - Throws: ``/ConsulHTTP/ConsulHTTPError``; `CancellationError`.
    @discardableResult
    public func renew(_ id: String) async throws -> Session? {
        try await renew(id, timeout: nil)
    }

    package func renew(_ id: String, timeout: Duration?) async throws -> Session? {
        var request = write("/v1/session/renew", id)
        request.answerStatuses = [200, 404]
        request.isRenewal = true
        let answer = try await client.write(request, timeout: timeout)
        guard answer.status == 200 else {
            // A 404 that does not name the session comes from a proxy or from another program.
            let text = String(decoding: answer.body, as: UTF8.self)
            guard text.contains(id) || text.contains("ession") else {
                throw ConsulHTTPError(.unexpectedStatus, "PUT \(request.path) was answered 404: \(text)", status: 404)
            }
            return nil
        }
        return try decode([Session].self, from: answer, of: request).first
    }

    /// Destroys a session and releases its keys, with a lock-delay for each that it holds. Destroying a session that does
    /// not exist has no effect.
    ///
    /// - Throws: ``/ConsulHTTP/ConsulHTTPError``; `CancellationError`.
    public func destroy(_ id: String) async throws {
        try await destroy(id, timeout: nil)
    }

    package func destroy(_ id: String, timeout: Duration?) async throws {
        _ = try await client.write(write("/v1/session/destroy", id), timeout: timeout)
    }

    /// Returns a session.
    ///
    /// - Parameters:
    ///   - id: The id of the session.
    ///   - consistency: The consistency mode. Default ``/ConsulHTTP/ReadOptions/Consistency/default``.
    /// - Returns: The session; a value of `nil` if it does not exist.
    /// - Throws: ``/ConsulHTTP/ConsulHTTPError``; `CancellationError`.
    public func session(
        _ id: String,
        consistency: ReadOptions.Consistency = .default
    ) async throws -> ConsulAnswer<Session?> {
        let answer = try await read(RequestPath("/v1/session/info").appending(segment: id), consistency)
        return ConsulAnswer(answer.value.first, metadata: answer.metadata)
    }

    /// Returns the sessions of the datacenter, or of one node. Consul omits those that the token may not read.
    ///
    /// - Parameters:
    ///   - node: The node; `nil`, the default, for all nodes.
    ///   - consistency: The consistency mode. Default ``/ConsulHTTP/ReadOptions/Consistency/default``.
    /// - Throws: ``/ConsulHTTP/ConsulHTTPError``; `CancellationError`.
    public func sessions(
        ofNode node: String? = nil,
        consistency: ReadOptions.Consistency = .default
    ) async throws -> ConsulAnswer<[Session]> {
        let path =
            node.map { RequestPath("/v1/session/node").appending(segment: $0) } ?? RequestPath("/v1/session/list")
        return try await read(path, consistency)
    }
}

extension SessionStore {
    private func create(placed options: SessionOptions) async throws -> String {
        var request = WriteRequest(
            .put,
            RequestPath("/v1/session/create"),
            body: Array(options.json.description.utf8)
        )
        request.datacenter = datacenter
        let session = try decode(Session.self, from: try await client.write(request), of: request)
        guard !session.id.isEmpty else {
            throw ConsulHTTPError(.undecodable, "PUT \(request.path): the answer has no id", status: 200)
        }
        return session.id
    }

    /// Returns the nodes of the healthy servers of a datacenter.
    private func servers(of datacenter: String) async throws -> [String] {
        var request = ServiceHealthRequest("consul")
        request.options.datacenter = datacenter
        request.onlyPassing = true
        return try await client.serviceHealth(request).value.map(\.node.name)
    }

    private func write(_ path: StaticString, _ id: String) -> WriteRequest {
        var request = WriteRequest(.put, RequestPath(path).appending(segment: id))
        request.datacenter = datacenter
        return request
    }

    private func read(
        _ path: RequestPath,
        _ consistency: ReadOptions.Consistency
    ) async throws -> ConsulAnswer<[Session]> {
        var options = ReadOptions()
        (options.consistency, options.datacenter) = (consistency, datacenter)
        return try await client.read(ReadRequest(path, options: options)) { body in
            try JSONReader.decode([Session].self, from: body.span)
        }
    }

    private func decode<Value: JSONReadable>(
        _: Value.Type,
        from answer: RawAnswer,
        of request: WriteRequest
    ) throws(ConsulHTTPError) -> Value {
        do { return try JSONReader.decode(Value.self, from: answer.body.span) } catch {
            throw ConsulHTTPError(
                .undecodable,
                "PUT \(request.path): the answer cannot be decoded: \(error)",
                status: answer.status,
                underlying: error
            )
        }
    }
}

extension ConsulHTTPClient {
    /// The sessions of the client's datacenter.
    public var sessions: SessionStore { SessionStore(self) }
}
