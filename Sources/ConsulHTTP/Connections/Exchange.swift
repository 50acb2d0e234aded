// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// One request and its answer. The body is collected piece by piece up to a maximum size.
///
/// The exchange ends as soon as its task is canceled, also at the request's deadline. AsyncHTTPClient's own deadline
/// covers the wait for the headers only, and a body may take arbitrarily long.
struct Exchange {
    /// An answer with any status.
    struct Reply {
        var status: Int
        var headers: HTTPHeaders
        var body: [UInt8]
    }

    let client: HTTPClient
    let maximumBodySize: Int

    /// The number of bytes that are read of an error's body.
    private static let errorBodySize = 4096

    /// - Parameter headArrived: Called when the head of the answer has arrived; an error that it throws ends the
    ///   exchange.
    /// - Parameter bytesArrived: Called when the head or a part of the body has arrived.
    /// - Throws: ``ConsulHTTPError/Code/tooLarge`` for a body that exceeds the limit; errors of AsyncHTTPClient.
    func perform(
        _ request: HTTPClientRequest,
        answerStatuses: Set<Int>,
        headArrived: () throws -> Void,
        bytesArrived: () -> Void
    ) async throws -> Reply {
        let response = try await client.execute(request, deadline: .distantFuture)
        bytesArrived()
        try headArrived()
        var reply = Reply(status: Int(response.status.code), headers: response.headers, body: [])
        let isAnswer = answerStatuses.contains(reply.status)
        for try await piece in response.body {
            bytesArrived()
            // Leaving the rest unread costs only the connection.
            guard reply.body.count + piece.readableBytes <= maximumBodySize else {
                throw ConsulHTTPError(.tooLarge, "the body is larger than \(maximumBodySize) bytes")
            }
            reply.body.append(contentsOf: piece.readableBytesView)
            if !isAnswer, reply.body.count >= Self.errorBodySize { break }
        }
        // The body's sequence may end early in a canceled task.
        try Task.checkCancellation()
        return reply
    }
}
