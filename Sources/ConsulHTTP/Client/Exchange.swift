// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// One request and its answer, which is collected in pieces and no further than it may be large.
///
/// It ends as soon as its task is cancelled; that is what ends it at its deadline too. AsyncHTTPClient's own deadline
/// is over when the headers are there, and a body may take for ever.
struct Exchange {
    /// The answer, whatever its status.
    struct Reply {
        var status: Int
        var headers: HTTPHeaders
        var body: [UInt8]
    }

    let client: HTTPClient
    let maximumBodySize: Int

    /// What of an error's body is read; nobody wants to see more.
    private static let errorBodySize = 4096

    /// - Parameter headArrived: Called when the head of the answer is there; what it throws ends the exchange.
    /// - Throws: ``ConsulHTTPError/Code/tooLarge`` for a body that is; whatever AsyncHTTPClient throws.
    func perform(
        _ request: HTTPClientRequest,
        answerStatuses: Set<Int>,
        headArrived: () throws -> Void
    ) async throws -> Reply {
        let response = try await client.execute(request, deadline: .distantFuture)
        try headArrived()
        var reply = Reply(status: Int(response.status.code), headers: response.headers, body: [])
        let isAnswer = answerStatuses.contains(reply.status)
        for try await piece in response.body {
            // What is left unread costs the connection, and nothing else.
            guard reply.body.count + piece.readableBytes <= maximumBodySize else {
                throw ConsulHTTPError(.tooLarge, "the body is larger than \(maximumBodySize) bytes")
            }
            reply.body.append(contentsOf: piece.readableBytesView)
            if !isAnswer, reply.body.count >= Self.errorBodySize { break }
        }
        // A sequence may end early for a task that is cancelled.
        try Task.checkCancellation()
        return reply
    }
}
