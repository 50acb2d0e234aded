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
        return watches.watch("\(request.path)\(query) \(discriminator)") { [weak self] parameters in
            guard let self else { throw ConsulHTTPError.clientClosed }
            let answer =
                if let parameters {
                    try await longPoll(request, index: parameters.index, wait: parameters.wait)
                } else {
                    try await readForWatch(request)
                }
            return try Self.decoded(answer, of: request, decode: decode)
        }
    }
}
