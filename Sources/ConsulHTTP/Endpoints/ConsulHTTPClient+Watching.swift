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
        // The client is not kept alive by those who watch: its end is theirs.
        return watches.watch("\(request.path)\(query) \(discriminator)") { [weak self] parameters in
            guard let self else { throw ConsulHTTPError.clientClosed }
            guard let parameters else { return try await read(request, decode: decode) }
            let answer = try await longPoll(request, index: parameters.index, wait: parameters.wait)
            return try Self.decoded(answer, of: request, decode: decode)
        }
    }
}
