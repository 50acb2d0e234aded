// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import ResolverSupport

extension ConsulHTTPClient {
    /// The permit that a request needs.
    enum Admission: Sendable {
        /// A permit of this lane; the wait for it counts toward the time limit of the request.
        case lane(Lane)
        /// No permit: the caller already holds one, and has the token.
        case granted(token: Secret?)
        /// No permit: ``WatchHub`` manages the permits of blocking queries.
        case longPoll
    }

    /// The maximum time for which a request is held after its caller has left. After that, the connection is closed,
    /// whatever the agent does.
    private static let holdLimit = Duration.seconds(15)

    /// Sends a request and waits for its answer until the deadline, or until the task is canceled.
    ///
    /// If the caller leaves while the agent processes the request, the request and its permit are held until the agent
    /// has answered. An agent that waits for one of its servers does not check the connection of the request, so an
    /// abandoned request occupies one of the agent's 200 connections until then. The permits match the agent's count,
    /// apart from renewals, of which three at most are under way.
    ///
    /// If the connection is lost before an answer, a read is sent once more while time is left: the other side may
    /// close an idle connection at the moment when the client uses it (RFC 9112 section 9.3.1).
    func send(
        _ request: OutgoingRequest,
        over kind: ConnectionPools.Kind,
        _ admission: Admission,
        until deadline: Deadline,
        _ progress: ReadProgress? = nil,
        onEnd: @escaping @Sendable () -> Void = {}
    ) async throws -> RawAnswer {
        let started = Moment.now
        let task = BoundedTask<RawAnswer>(holdLimit: Self.holdLimit, onEnd: onEnd)
        progress?.runs(as: task)
        do {
            return try await task.run(until: deadline) { [self] task in
                try checkOpen()
                switch admission {
                case .granted(let token):
                    return try await exchange(request, token, kind, task, until: deadline, progress)
                case .longPoll:
                    let token = try await configuration.token.token()
                    return try await exchange(request, token, kind, task, until: deadline, progress)
                case .lane(let lane):
                    // The token comes before the permit: a slow closure would hold a connection that others wait for.
                    let token = try await configuration.token.token()
                    progress?.begin(with: token)
                    return try await pools.control.withPermit(in: lane) {
                        try await exchange(request, token, kind, task, until: deadline, progress)
                    }
                }
            }
        } catch is Deadline.Passed {
            throw timeout(of: request, since: started)
        }
    }

    /// - Throws: ``ConsulHTTPError/Code/closed`` if the client has been shut down.
    func checkOpen() throws(ConsulHTTPError) {
        _ = try pools.client(.control)
    }

    func timeout(of request: OutgoingRequest, since started: Moment) -> ConsulHTTPError {
        let time = started.duration(to: .now).formatted
        return ConsulHTTPError(
            .timedOut,
            "\(request.subject): no answer within \(time)",
            isRetryable: request.isRead
        )
    }

    private func exchange(
        _ request: OutgoingRequest,
        _ token: Secret?,
        _ kind: ConnectionPools.Kind,
        _ task: BoundedTask<RawAnswer>,
        until deadline: Deadline,
        _ progress: ReadProgress?
    ) async throws -> RawAnswer {
        do {
            return try await exchange(request, token, kind, task, progress)
        } catch let error as ConsulHTTPError {
            guard kind == .control, request.isRead, error.isLostConnection, deadline.remaining > .zero else {
                throw error
            }
            return try await exchange(request, token, kind, task, progress)
        }
    }

    private func exchange(
        _ request: OutgoingRequest,
        _ token: Secret?,
        _ kind: ConnectionPools.Kind,
        _ task: BoundedTask<RawAnswer>,
        _ progress: ReadProgress?
    ) async throws -> RawAnswer {
        let exchange = Exchange(client: try pools.client(kind), maximumBodySize: plan.maximumBodySize)
        // A blocking query is not held: the agent releases it at a known time, and its permit stays taken until then. A
        // hedge is not held either: it is sent because nothing is known of the agent.
        let isHeld = kind == .control && request.isHeld
        if isHeld { try task.hold() }
        progress?.advance()
        let reply: Exchange.Reply
        var isAnswerBegun = false
        do {
            var message = message(request, token: token)
            // The pool of hedges keeps no connection: an idle one may be as dead as the one that does not answer.
            if kind == .fresh { message.headers.add(name: "Connection", value: "close") }
            reply = try await exchange.perform(
                message,
                answerStatuses: request.answerStatuses,
                headArrived: {
                    isAnswerBegun = true
                    if isHeld { try task.release() }
                },
                bytesArrived: { progress?.advance() }
            )
        } catch {
            // A canceled task receives `CancellationError`, whatever error the exchange failed with.
            try Task.checkCancellation()
            if error is CancellationError { throw error }
            throw failure(of: request, isAnswerBegun: isAnswerBegun).error(error)
        }
        guard request.answerStatuses.contains(reply.status) else {
            throw ResponseClassifier(subject: request.subject, isRead: request.isRead, secrets: secrets(token))
                .error(
                    status: reply.status,
                    body: reply.body,
                    retryAfter: RetryAfter.duration(reply.headers, now: WallClock.system())
                )
        }
        return RawAnswer(status: reply.status, metadata: QueryMetadata(reply.headers), body: reply.body)
    }

    /// Returns the texts that must not appear in errors, in every form in which they are sent.
    private func secrets(_ token: Secret?) -> [Secret] {
        let credentials = configuration.basicAuthentication
        return [token, credentials?.encoded, credentials?.password].compactMap { $0 }
    }

    private func message(_ request: OutgoingRequest, token: Secret?) -> HTTPClientRequest {
        var message = HTTPClientRequest(url: "\(plan.origin)\(request.path)\(request.query)")
        message.method = HTTPMethod(rawValue: request.method)
        message.headers.add(name: "Host", value: plan.hostField)
        if plan.compresses { message.headers.add(name: "Accept-Encoding", value: "gzip") }
        if let token { message.headers.add(name: "X-Consul-Token", value: token.text) }
        if let credentials = configuration.basicAuthentication {
            message.headers.add(name: "Authorization", value: "Basic \(credentials.encoded.text)")
        }
        // A body of known bytes is sent with its length.
        if let body = request.body { message.body = .bytes(ByteBuffer(bytes: body)) }
        return message
    }

    private func failure(of request: OutgoingRequest, isAnswerBegun: Bool) -> TransportFailure {
        TransportFailure(
            subject: request.subject,
            address: configuration.address,
            isRead: request.isRead,
            connectTimeout: configuration.connectTimeout,
            isAnswerBegun: isAnswerBegun
        )
    }
}

extension Duration {
    /// Seconds with three decimals.
    fileprivate var formatted: String {
        let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
        let fraction = String(milliseconds % 1000)
        return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction + " s"
    }
}
