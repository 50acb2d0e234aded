// SPDX-License-Identifier: Apache-2.0

extension ConsulHTTPClient {
    /// Watches an endpoint.
    ///
    /// - Parameters:
    ///   - request: What is read.
    ///   - discriminator: What else tells two watches apart, such as what is taken from the answer.
    ///   - decode: Reads the body.
    func watch<Value: Equatable & Sendable>(
        _ request: ReadRequest,
        discriminator: String = "",
        decode: @escaping @Sendable ([UInt8]) throws -> Value
    ) -> ConsulWatch<Value> {
        var query = request.query
        request.options.append(to: &query)
        // Whoever watches does not keep the client, but for the time of a question.
        let datacenter = lane(.check, request.options.datacenter).datacenter
        return watches.watch("\(request.path)\(query) \(discriminator)", in: datacenter) { [weak self] parameters in
            guard let self else { throw ConsulHTTPError.clientClosed }
            let answer = try await counted {
                if let parameters {
                    try await longPoll(request, index: parameters.index, wait: parameters.wait)
                } else {
                    try await readForWatch(request)
                }
            }
            return try Self.decoded(answer, of: request, decode: decode)
        } check: { [weak self] in
            guard let self else { throw ConsulHTTPError.clientClosed }
            let check = request.asCheck
            return try Self.decoded(try await counted { try await checkForWatch(check) }, of: check, decode: decode)
        }
    }

    /// Tells of a request of a watch when it has ended. One that was cancelled is not told.
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
    /// The same of any server, whether there is a leader or not, and not from the agent's cache: from Consul 1.10 on, that
    /// is the streaming backend's, which does not tell whether there is a leader.
    fileprivate var asCheck: ReadRequest {
        var check = self
        check.options.consistency = .stale
        check.options.maxStale = nil
        check.options.cached = false
        return check
    }
}
