// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import LoadBalancing
import Logging
import NIOCore
import NIOHTTP1
import ResolverSupport

/// The attempts of one HTTP request to a service.
struct HTTPExchange {
    private let client: HTTPClient
    private let service: ConsulService
    private let request: HTTPClientRequest
    private let url: ServiceURL
    private let options: HTTPRequestOptions
    private let deadline: Deadline
    private let logger: Logger?
    private var picking: PickOptions
    private var attempts: HTTPAttemptStateMachine

    /// - Throws: The errors of AsyncHTTPClient for a URL that is not one of HTTP.
    init(
        _ client: HTTPClient,
        _ service: ConsulService,
        _ request: HTTPClientRequest,
        _ options: HTTPRequestOptions,
        deadline: Deadline,
        logger: Logger?
    ) throws {
        (self.client, self.service, self.request, self.options) = (client, service, request, options)
        (self.deadline, self.logger) = (deadline, logger)
        url = try ServiceURL(request.url)
        picking = options.picking
        attempts = HTTPAttemptStateMachine(request, options)
    }

    /// Sends the request to one endpoint after another, until one of them does not fail or no further attempt may
    /// follow. Returns the last response, or throws the last error.
    nonisolated(nonsending) mutating func run() async throws -> HTTPClientResponse {
        service.balancer.countRequest()
        var lease = SharedLease(try service.pick(picking))
        while true {
            let result = await send(to: lease.endpoint)
            let outcome = outcome(of: result)
            if case .success = result { lease.markFirstByte() }
            guard mayTryAgain(after: result, outcome) else { return try end(lease, result, outcome) }
            // The pick below has to know how this attempt ended.
            lease.finish(outcome)
            picking.excluded.append(lease.endpoint.hostPort)
            guard let next = try? service.pick(picking) else { return try end(lease, result, outcome) }
            log(result, from: lease.endpoint)
            lease = SharedLease(next)
        }
    }

    nonisolated(nonsending) private func send(
        to endpoint: Endpoint
    ) async -> Result<HTTPClientResponse, any Error> {
        let time = min(options.attemptTimeout ?? .longestTime, deadline.remaining).bounded
        do {
            let request = url.request(request, to: endpoint)
            return .success(try await client.execute(request, timeout: TimeAmount(time), logger: logger))
        } catch {
            return .failure(error)
        }
    }

    private func outcome(of result: Result<HTTPClientResponse, any Error>) -> Outcome {
        switch result {
        case .success(let response): options.classifyResponse(response)
        case .failure(let error): options.classifyError(error)
        }
    }

    private mutating func mayTryAgain(after result: Result<HTTPClientResponse, any Error>, _ outcome: Outcome) -> Bool {
        let progress: HTTPAttemptStateMachine.Progress =
            switch result {
            case .success: .sent
            case .failure(let error): .init(error)
            }
        let action = attempts.attemptEnded(
            isFailure: outcome.isFailure,
            progress,
            timeLeft: deadline.remaining
        )
        return action == .tryAgain && !Task.isCancelled && service.balancer.mayTryAgain()
    }

    /// Returns the response, with a body that ends the lease, or throws the error.
    private func end(
        _ lease: SharedLease,
        _ result: Result<HTTPClientResponse, any Error>,
        _ outcome: Outcome
    ) throws -> HTTPClientResponse {
        switch result {
        case .success(var response):
            if response.isEmpty(for: request.method) {
                lease.finish(outcome)
            } else {
                let use = ResponseUse(lease, outcome, classifying: options.classifyError)
                response.body = .stream(LeasedBody(body: response.body, use: use))
            }
            return response
        case .failure(let error):
            lease.finish(outcome)
            throw error
        }
    }

    private func log(_ result: Result<HTTPClientResponse, any Error>, from endpoint: Endpoint) {
        logger?.debug(
            "HTTP request failed; another endpoint follows",
            metadata: [
                "consul.service": "\(service.request.name)", "consul.endpoint": "\(endpoint)",
                "consul.failure": "\(result.map { $0.status.code }.failureText)",
            ]
        )
    }
}

extension Result<UInt, any Error> {
    /// The status or the error, for logs.
    fileprivate var failureText: String {
        switch self {
        case .success(let status): "status \(status)"
        case .failure(let error): "\(error)"
        }
    }
}
