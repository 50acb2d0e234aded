// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import ConsulResolver
import NIOCore
import NIOHTTP1

/// What an application does: each request goes to an endpoint that the service picks, and the service hears how that went.
struct BalancedClient: Sendable {
    let service: ConsulService
    let attempts: Int
    let client: HTTPClient

    /// How long an endpoint may take to answer.
    static let timeout = TimeAmount.seconds(1)

    /// - Returns: The ports that were asked, in this order, and whether the last one gave a good answer.
    func get() async -> (asked: [UInt16], isAnswered: Bool) {
        var asked: [UInt16] = []
        do {
            try await service.withEndpoint(attempts: attempts) { endpoint in
                asked.append(endpoint.port)
                let request = HTTPClientRequest(url: "http://\(endpoint.authority)/")
                let response = try await client.execute(request, timeout: Self.timeout)
                // A client returns an error of the server's like any other answer. Thrown, it counts against the endpoint.
                guard response.status == .ok else { throw BadAnswer(status: response.status) }
                _ = try await response.body.collect(upTo: 1024)
            }
            return (asked, true)
        } catch {
            return (asked, false)
        }
    }
}

/// An answer that is none, and what it says about the endpoint.
struct BadAnswer: OutcomeReporting {
    let status: HTTPResponseStatus

    var outcome: Outcome { .failure(status.code < 500 ? .client : .server) }
}

extension BalancedClient {
    /// What an HTTP client needs to be told so that balancing sees how endpoints are.
    static var httpConfiguration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        // By default a refused connection is tried again until the request's time is over. There are other endpoints.
        configuration.connectionPool.retryConnectionEstablishment = false
        // The default of 8 would have requests wait for a connection to a slow endpoint, unseen by who balances.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
        return configuration
    }
}
