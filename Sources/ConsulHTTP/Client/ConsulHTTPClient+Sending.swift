// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore
import NIOHTTP1

extension ConsulHTTPClient {
    /// Sends a request once, and waits for its answer.
    ///
    /// For blocking queries, ``WatchHub`` holds the permit.
    func send(
        _ request: OutgoingRequest,
        over kind: ConnectionPools.Kind,
        until deadline: Deadline
    ) async throws -> RawAnswer {
        let started = ContinuousClock.now
        do {
            return try await deadline.limit { [self] in
                try checkOpen()
                // Before the permit: a closure that takes its time would hold a connection that others wait for.
                let token = try await configuration.token.token()
                switch kind {
                case .control: return try await pools.control.withPermit { try await exchange(request, token, kind) }
                case .longPoll: return try await exchange(request, token, kind)
                }
            }
        } catch is Deadline.Passed {
            let time = started.duration(to: .now).formatted
            throw ConsulHTTPError(
                .timedOut,
                "\(request.subject): no answer within \(time)",
                isRetryable: request.isRead
            )
        }
    }

    /// - Throws: ``ConsulHTTPError/Code/closed`` if the client has been shut down.
    func checkOpen() throws(ConsulHTTPError) {
        _ = try pools.client(.control)
    }

    private func exchange(
        _ request: OutgoingRequest,
        _ token: Secret?,
        _ kind: ConnectionPools.Kind
    ) async throws -> RawAnswer {
        let exchange = Exchange(client: try pools.client(kind), maximumBodySize: plan.maximumBodySize)
        let reply: Exchange.Reply
        do {
            reply = try await exchange.perform(message(request, token: token), answerStatuses: request.answerStatuses)
        } catch {
            // However it shows: a task that is cancelled wants to hear of that.
            try Task.checkCancellation()
            throw failure(of: request).error(error)
        }
        guard request.answerStatuses.contains(reply.status) else {
            let secrets = [token, configuration.basicAuthentication?.password].compactMap { $0 }
            throw ResponseClassifier(subject: request.subject, isRead: request.isRead, secrets: secrets)
                .error(status: reply.status, body: reply.body)
        }
        return RawAnswer(status: reply.status, metadata: QueryMetadata(reply.headers), body: reply.body)
    }

    private func message(_ request: OutgoingRequest, token: Secret?) -> HTTPClientRequest {
        var message = HTTPClientRequest(url: "\(plan.origin)\(request.path)\(request.query)")
        message.method = HTTPMethod(rawValue: request.method)
        message.headers.add(name: "Host", value: plan.hostField)
        if plan.compresses { message.headers.add(name: "Accept-Encoding", value: "gzip") }
        if let token { message.headers.add(name: "X-Consul-Token", value: token.text) }
        if let credentials = configuration.basicAuthentication {
            message.setBasicAuth(username: credentials.username, password: credentials.password.text)
        }
        // Bytes that are there, and so with their length.
        if let body = request.body { message.body = .bytes(ByteBuffer(bytes: body)) }
        return message
    }

    private func failure(of request: OutgoingRequest) -> TransportFailure {
        TransportFailure(
            subject: request.subject,
            address: configuration.address,
            isRead: request.isRead,
            connectTimeout: configuration.connectTimeout
        )
    }
}

extension Duration {
    /// Seconds with three decimals: nobody wants to read eighteen.
    fileprivate var formatted: String {
        let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
        let fraction = String(milliseconds % 1000)
        return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction + " s"
    }
}
