// SPDX-License-Identifier: Apache-2.0

extension ConsulHTTPClient {
    /// Returns a watch of an endpoint.
    ///
    /// - Parameters:
    ///   - request: The endpoint and its parameters.
    ///   - discriminator: Text that distinguishes watches with the same request, such as the fields that they decode.
    ///   - hasGrowingIndexes: False for an endpoint whose indexes have no order: the list of events. Default `true`.
    ///   - decode: Decodes the body.
    package func watch<Value: Equatable & Sendable>(
        _ request: ReadRequest,
        discriminator: String = "",
        hasGrowingIndexes: Bool = true,
        decode: @escaping @Sendable ([UInt8]) throws -> Value
    ) -> ConsulWatch<Value> {
        watchAnswers(
            request,
            discriminator: discriminator,
            hasGrowingIndexes: hasGrowingIndexes,
            decode: { try decode($0.body) }
        )
    }

    /// Returns a watch whose answers are decoded with their status and their metadata, on which the meaning of the body
    /// may depend. Otherwise the same as ``watch(_:discriminator:hasGrowingIndexes:decode:)``.
    ///
    /// - Parameter checks: True for non-blocking reads about every three seconds (``ConsulWatch``); false where a test
    ///   counts queries. Default `true`.
    package func watchAnswers<Value: Equatable & Sendable>(
        _ request: ReadRequest,
        discriminator: String = "",
        checks: Bool = true,
        hasGrowingIndexes: Bool = true,
        decode: @escaping @Sendable (RawAnswer) throws -> Value
    ) -> ConsulWatch<Value> {
        var query = request.query
        request.options.append(to: &query)
        // A watch retains the client only while a query is in flight.
        let datacenter = lane(.check, request.options.datacenter).datacenter
        let identity = "\(request.path)\(query) \(discriminator) \(checks)"
        let fetch: WatchLoop<Value>.Fetch = { [weak self] parameters in
            guard let self else { throw ConsulHTTPError.clientClosed }
            let answer = try await counted {
                if let parameters {
                    try await longPoll(request, index: parameters.index, wait: parameters.wait)
                } else {
                    try await readForWatch(request)
                }
            }
            return try Self.decoded(answer, of: request, decode: decode)
        }
        let check: WatchLoop<Value>.Check = { [weak self] in
            guard let self else { throw ConsulHTTPError.clientClosed }
            let check = request.asCheck
            return try Self.decoded(try await counted { try await checkForWatch(check) }, of: check, decode: decode)
        }
        var policy = WatchPolicy()
        policy.hasGrowingIndexes = hasGrowingIndexes
        return watches.watch(identity, in: datacenter, policy: policy, fetch: fetch, check: checks ? check : nil)
    }

    /// Reports the end of a watch's request to `onWatchRequest`. Canceled requests are not reported.
    private func counted(_ send: () async throws -> RawAnswer) async throws -> RawAnswer {
        do {
            let answer = try await send()
            onWatchRequest?(nil)
            return answer
        } catch let error as ConsulHTTPError where error.code != .closed {
            onWatchRequest?(error)
            throw error
        }
    }
}

extension ReadRequest {
    /// The same read from any server, with or without a leader, and not from the agent's cache: since Consul 1.10 the
    /// cache is the streaming backend, and its answers do not say whether there is a leader.
    fileprivate var asCheck: ReadRequest {
        var check = self
        check.options.consistency = .stale
        check.options.maxStale = nil
        check.options.cached = false
        return check
    }
}
