// SPDX-License-Identifier: Apache-2.0

#if DNS

import ResolverSupport

/// One caller that waits for an answer.
///
/// `@unchecked Sendable`: `continuation` is written once, before the waiter is passed through a lock, and read by the
/// thread that ends the query; `stage` is accessed with the engine's lock held.
final class QueryWaiter: @unchecked Sendable {
    enum Stage {
        /// Not yet seen by the engine.
        case new
        case waiting(Lane, QueryScheduler<QueryWaiter>.WaiterID)
        /// The cancellation arrived before the submission.
        case cancelledEarly
        case done
    }

    let query: DNSQuery
    let route: Route
    let askedAt: Moment
    let deadline: Moment
    var continuation: UnsafeContinuation<DNSAnswer, any Error>?
    var stage = Stage.new

    init(query: DNSQuery, route: Route, askedAt: Moment, deadline: Moment) {
        self.query = query
        self.route = route
        self.askedAt = askedAt
        self.deadline = deadline
    }
}

/// A query that has ended, and the waiter that is to be resumed.
struct FinishedQuery {
    let waiter: QueryWaiter
    let result: Result<[UInt8], QueryFailure>

    /// Resumes the callers of queries, and removes these. Called without holding a lock and outside of c-ares.
    static func resume(_ finished: inout [FinishedQuery]) {
        guard !finished.isEmpty else { return }
        let now = Moment.now
        for query in finished { query.waiter.resume(with: query.result, at: now) }
        finished.removeAll(keepingCapacity: true)
    }
}

extension QueryWaiter {
    fileprivate func resume(with result: Result<[UInt8], QueryFailure>, at now: Moment) {
        guard let continuation else { return }
        self.continuation = nil
        switch result {
        case .success(let bytes):
            let elapsed = now.nanoseconds(since: askedAt).duration
            let answer = DNSAnswer(bytes: bytes, server: route.server, transport: route.transport, elapsed: elapsed)
            continuation.resume(returning: answer)
        case .failure(let failure):
            continuation.resume(throwing: failure.error(on: route))
        }
    }
}

extension QueryFailure {
    fileprivate func error(on route: Route) -> any Error {
        func error(_ code: DNSClientError.Code, systemError: Int32? = nil) -> DNSClientError {
            DNSClientError(code, server: route.server, transport: route.transport, systemError: systemError)
        }
        switch self {
        case .cancelled: return CancellationError()
        case .deadlineExceeded: return error(.timedOut)
        case .clientClosed: return DNSClientError(.closed)
        case .connectionFailed(let number): return error(.connectionFailed, systemError: number == 0 ? nil : number)
        case .malformedAnswer: return error(.malformedAnswer)
        case .rejected: return error(.rejected)
        case .suspectedForgery: return error(.suspectedForgery)
        case .outOfResources: return error(.outOfResources)
        }
    }
}

#endif
