// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import LoadBalancing
import NIOCore
import NIOHTTP1

/// The body of a response, which keeps its endpoint in use until it has been read.
struct LeasedBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var parts: HTTPClientResponse.Body.AsyncIterator
        fileprivate let use: ResponseUse

        mutating func next() async throws -> ByteBuffer? {
            do {
                let part = try await parts.next()
                if part == nil { use.end() }
                return part
            } catch {
                use.fail(error)
                throw error
            }
        }
    }

    let body: HTTPClientResponse.Body
    let use: ResponseUse

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(parts: body.makeAsyncIterator(), use: use) }
}

/// The use of an endpoint from the head of its response on. It ends with the body, or with the last reference: a caller
/// may leave a body unread.
final class ResponseUse: Sendable {
    private let lease: SharedLease
    private let outcome: Outcome
    private let classify: LoadBalancer.Classifier

    /// - Parameters:
    ///   - outcome: The outcome that the head of the response means.
    ///   - classify: Returns what an error of the body means.
    init(_ lease: SharedLease, _ outcome: Outcome, classifying classify: @escaping LoadBalancer.Classifier) {
        (self.lease, self.outcome, self.classify) = (lease, outcome, classify)
    }

    deinit { end() }

    /// Ends the use with the outcome of the head, unless it has ended.
    func end() { lease.finish(outcome) }

    func fail(_ error: any Error) { lease.finish(outcome.isFailure ? outcome : classify(error)) }
}

extension HTTPClientResponse {
    /// True if the response has no body, whatever its fields say (RFC 9112 section 6.3), or an empty one.
    func isEmpty(for method: HTTPMethod) -> Bool {
        method == .HEAD || status == .noContent || status == .notModified
            || headers.first(name: "Content-Length") == "0"
    }
}
