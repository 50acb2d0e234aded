// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOConcurrencyHelpers
import ResolverSupport

extension ConsulHTTPClient {
    /// Reads an endpoint and decodes the answer.
    ///
    /// - Parameters:
    ///   - request: The endpoint and its parameters.
    ///   - timeout: The time limit for the whole read; ``ConsulHTTPConfiguration/requestTimeout`` if `nil`.
    ///   - decode: Decodes the body. Errors that it throws are reported as ``ConsulHTTPError/Code/undecodable``, except
    ///     for a ``ConsulHTTPError``, which is rethrown.
    package func read<Value: Sendable>(
        _ request: ReadRequest,
        timeout: Duration? = nil,
        decode: ([UInt8]) throws -> Value
    ) async throws -> ConsulAnswer<Value> {
        try await readAnswer(request, timeout: timeout) { try decode($0.body) }
    }

    /// Reads an endpoint and decodes the answer with its status and its metadata, on which the meaning of the body may
    /// depend. Otherwise the same as ``read(_:timeout:decode:)``.
    package func readAnswer<Value: Sendable>(
        _ request: ReadRequest,
        timeout: Duration? = nil,
        decode: (RawAnswer) throws -> Value
    ) async throws -> ConsulAnswer<Value> {
        let answer = try await read(request, timeout: timeout)
        return try Self.decoded(answer, of: request, decode: decode)
    }

    /// Reads an endpoint, and repeats the read after errors that may be transient.
    ///
    /// - Throws: ``ConsulHTTPError``; `CancellationError` as soon as the task is canceled. If the time limit passes
    ///   during a repetition, the error is the one that led to the repetition: "no leader" says more than a timeout.
    package func read(_ request: ReadRequest, timeout: Duration? = nil) async throws -> RawAnswer {
        #if Tracing
        try await tracing.span("GET", request.path, in: request.options.datacenter) {
            try await read(request, for: .request, timeout: timeout)
        }
        #else
        try await read(request, for: .request, timeout: timeout)
        #endif
    }

    private func read(
        _ request: ReadRequest,
        for purpose: Lane.Purpose,
        timeout: Duration?
    ) async throws -> RawAnswer {
        let lane = lane(purpose, request.options.datacenter)
        let deadline = Deadline(in: timeout ?? configuration.requestTimeout)
        var schedule = RetrySchedule(configuration.retry)
        var earlier: ConsulHTTPError?
        while true {
            do {
                let answer = try await send(outgoing(request), in: lane, until: deadline)
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
                    chance: .random(in: 0...1)
                )
                guard let pause else { throw error.code == .timedOut ? earlier ?? error : error }
                earlier = error.code == .timedOut ? earlier : error
                try await Task.sleep(for: pause)
            }
        }
    }

    private func send(_ request: OutgoingRequest, in lane: Lane, until deadline: Deadline) async throws -> RawAnswer {
        guard deadline.remaining > ReadSilence.patience else {
            return try await send(request, over: .control, .lane(lane), until: deadline)
        }
        return try await hedged(request, inOwnDatacenter: lane.datacenter == nil) { [self] progress in
            try await send(request, over: .control, .lane(lane), until: deadline, progress)
        }
    }

    /// Reads an endpoint once, for a watch that has no index to wait on. Uses permits of its own: a hundred watches of
    /// an agent that does not respond must not delay a lookup. The watch decides when to read again.
    ///
    /// The wait for a permit does not count toward the time limit of the request. A thousand watches that begin
    /// together wait for each other and not for Consul. Only if no request ends in the meantime, the wait counts as a
    /// failure of Consul.
    func readForWatch(_ request: ReadRequest) async throws -> RawAnswer {
        try checkOpen()
        let (outgoing, lane) = (outgoing(request), lane(.watch, request.options.datacenter))
        return try await hedged(outgoing, inOwnDatacenter: lane.datacenter == nil) { [self] progress in
            try await sendForWatch(outgoing, in: lane, progress)
        }
    }

    private func sendForWatch(
        _ outgoing: OutgoingRequest,
        in lane: Lane,
        _ progress: ReadProgress
    ) async throws -> RawAnswer {
        let started = Moment.now
        let token: Secret?
        let place: Permits.Place
        do {
            // The token comes before the permit: a closure that never returns would hold the permit.
            token = try await BoundedTask<Secret?>().run(until: Deadline(in: configuration.requestTimeout)) {
                [source = configuration.token] _ in try await source.token()
            }
            progress.begin(with: token)
            place = try await pools.control.acquire(lane, patience: configuration.requestTimeout.bounded)
        } catch let error where error is Permits.OutOfPatience || error is Deadline.Passed {
            throw timeout(of: outgoing, since: started)
        }
        return try await send(
            outgoing,
            over: .control,
            .granted(token: token),
            until: Deadline(in: configuration.requestTimeout),
            progress,
            onEnd: { [pools] in pools.control.release(place) }
        )
    }

    /// Reads an endpoint alongside a pending blocking query, with permits of its own. The read is repeated after errors
    /// that may be transient, because the blocking query itself has not failed.
    func checkForWatch(_ request: ReadRequest) async throws -> RawAnswer {
        try await read(request, for: .check, timeout: nil)
    }

    /// Waits until the endpoint's index exceeds `index` or `wait` is over, and reads the endpoint in either case.
    ///
    /// The query is sent once: after a failure, the caller has to decide which index to send next.
    ///
    /// - Parameters:
    ///   - request: The endpoint and its parameters.
    ///   - index: The index of the last answer, at least 1: Consul does not wait for 0.
    ///   - wait: The time to wait; Consul adds up to a sixteenth, and caps it at ten minutes.
    package func longPoll(_ request: ReadRequest, index: UInt64, wait: Duration) async throws -> RawAnswer {
        var request = request
        let wait = wait.bounded
        request.query.append("index", "\(max(index, 1))")
        request.query.append("wait", wait.goText)
        // The usual request timeout is added: Consul may still have to find a leader, and the answer has to arrive.
        let deadline = Deadline(in: wait + wait / 16 + configuration.requestTimeout.bounded)
        return try await send(outgoing(request), over: .longPoll, .longPoll, until: deadline)
    }

    /// Decodes an answer.
    package static func decoded<Value: Sendable>(
        _ answer: RawAnswer,
        of request: ReadRequest,
        decode: (RawAnswer) throws -> Value
    ) throws(ConsulHTTPError) -> ConsulAnswer<Value> {
        do {
            return ConsulAnswer(try decode(answer), metadata: answer.metadata)
        } catch let error as ConsulHTTPError {
            throw error
        } catch {
            throw ConsulHTTPError(
                .undecodable,
                "GET \(request.path): the answer cannot be decoded: \(error)",
                status: answer.status,
                underlying: error
            )
        }
    }

    /// Returns the lane of a request. A datacenter that the request names has its own lane, even if it is the agent's
    /// own: the client does not know the name of the agent's datacenter.
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
