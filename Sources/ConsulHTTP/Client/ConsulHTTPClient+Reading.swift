// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOConcurrencyHelpers

extension ConsulHTTPClient {
    /// Reads an endpoint, and reads what it answered.
    ///
    /// - Parameters:
    ///   - request: What is read.
    ///   - timeout: The time for everything; the configuration's ``Configuration/requestTimeout`` if `nil`.
    ///   - decode: Reads the body. What it throws is reported as ``ConsulHTTPError/Code/undecodable``, unless it is a
    ///     ``ConsulHTTPError`` itself.
    package func read<Value: Sendable>(
        _ request: ReadRequest,
        timeout: Duration? = nil,
        decode: ([UInt8]) throws -> Value
    ) async throws -> ConsulAnswer<Value> {
        let answer = try await read(request, timeout: timeout)
        return try Self.decoded(answer, of: request, decode: decode)
    }

    /// Reads an endpoint, again if it fails in a way that may pass.
    ///
    /// - Throws: ``ConsulHTTPError``; `CancellationError` as soon as the task is cancelled. When the time is over while
    ///   a read is repeated, the error is the one for which it was: that Consul has no leader says more than that it
    ///   takes long to find out.
    package func read(_ request: ReadRequest, timeout: Duration? = nil) async throws -> RawAnswer {
        try await read(request, for: .request, timeout: timeout)
    }

    private func read(
        _ request: ReadRequest,
        for purpose: Lane.Purpose,
        timeout: Duration?
    ) async throws -> RawAnswer {
        let admission = Admission.lane(lane(purpose, request.options.datacenter))
        let deadline = Deadline(in: timeout ?? configuration.requestTimeout)
        var schedule = RetrySchedule(configuration.retry)
        var random = SystemRandomNumberGenerator()
        var earlier: ConsulHTTPError?
        while true {
            do {
                let answer = try await send(outgoing(request), over: .control, admission, until: deadline)
                if outage.withLockedValue({ $0.succeeded(at: .now) }) { logger?.debug("Consul answers again") }
                return answer
            } catch let error as ConsulHTTPError {
                if error.code != .closed, outage.withLockedValue({ $0.failed(at: .now) }) {
                    logger?.debug("Consul does not answer", metadata: ["consul.failure": "\(error)"])
                }
                let pause = schedule.pause(
                    after: error.isRetryable && request.options.retries,
                    retryAfter: error.retryAfter,
                    remaining: deadline.remaining,
                    using: &random
                )
                guard let pause else { throw error.code == .timedOut ? earlier ?? error : error }
                earlier = error.code == .timedOut ? earlier : error
                try await Task.sleep(for: pause)
            }
        }
    }

    /// Reads an endpoint once, for a watch that has nothing to wait for yet. With permits of its own: a hundred watches of an
    /// agent that hangs must not stand in the way of a lookup. When to ask again is the watch's to decide.
    ///
    /// The wait for a permit is not part of the request's time. A thousand watches that begin at once wait for each other
    /// and not for Consul; only if nobody is answered meanwhile, it is Consul that fails.
    func readForWatch(_ request: ReadRequest) async throws -> RawAnswer {
        try checkOpen()
        let outgoing = outgoing(request)
        let started = ContinuousClock.now
        let token: Secret?
        let place: Permits.Place
        do {
            // Before the permit: a closure that never returns would keep it.
            token = try await Errand<Secret?>().run(until: Deadline(in: configuration.requestTimeout)) {
                [source = configuration.token] _ in try await source.token()
            }
            place = try await pools.control.acquire(
                lane(.watch, request.options.datacenter),
                patience: configuration.requestTimeout.bounded
            )
        } catch let error where error is Permits.OutOfPatience || error is Deadline.Passed {
            throw timeout(of: outgoing, since: started)
        }
        return try await send(
            outgoing,
            over: .control,
            .granted(token: token),
            until: Deadline(in: configuration.requestTimeout),
            onEnd: { [pools] in pools.control.release(place) }
        )
    }

    /// Reads an endpoint beside a question that waits, with permits of its own as well, and again if it fails in a way that
    /// may pass: the question that waits has not failed.
    func checkForWatch(_ request: ReadRequest) async throws -> RawAnswer {
        try await read(request, for: .check, timeout: nil)
    }

    /// Waits until the endpoint has something newer than `index`, or until `wait` is over, and reads it either way.
    ///
    /// It is asked once: who waits for changes has to think about what a failure means for the index.
    ///
    /// - Parameters:
    ///   - request: What is read.
    ///   - index: The index of what is known, at least 1: Consul does not wait for 0.
    ///   - wait: How long to wait; Consul adds up to a sixteenth, and takes ten minutes at most.
    package func longPoll(_ request: ReadRequest, index: UInt64, wait: Duration) async throws -> RawAnswer {
        var request = request
        let wait = wait.bounded
        request.query.append("index", "\(max(index, 1))")
        request.query.append("wait", wait.goText)
        // The same time as for other requests comes on top: the answer has to come, and maybe a leader.
        let deadline = Deadline(in: wait + wait / 16 + configuration.requestTimeout.bounded)
        return try await send(outgoing(request), over: .longPoll, .longPoll, until: deadline)
    }

    /// Reads the body of an answer.
    package static func decoded<Value: Sendable>(
        _ answer: RawAnswer,
        of request: ReadRequest,
        decode: ([UInt8]) throws -> Value
    ) throws(ConsulHTTPError) -> ConsulAnswer<Value> {
        do {
            return ConsulAnswer(try decode(answer.body), metadata: answer.metadata)
        } catch let error as ConsulHTTPError {
            throw error
        } catch {
            throw ConsulHTTPError(
                .undecodable,
                "GET \(request.path): the answer cannot be read: \(error)",
                status: answer.status,
                underlying: error
            )
        }
    }

    /// The lane of a request. That of a datacenter that is named is another one, even if it should be the agent's own: the
    /// client does not know its name.
    func lane(_ purpose: Lane.Purpose, _ datacenter: String?) -> Lane {
        let datacenter = datacenter?.lowercased()
        let isOwn = datacenter == configuration.datacenter?.lowercased()
        return Lane(purpose: purpose, datacenter: isOwn ? nil : datacenter)
    }

    private func outgoing(_ request: ReadRequest) -> OutgoingRequest {
        var query = request.query
        request.options.completed(by: configuration).append(to: &query)
        return OutgoingRequest(
            method: "GET",
            path: request.path,
            query: query,
            answerStatuses: request.answerStatuses
        )
    }
}
