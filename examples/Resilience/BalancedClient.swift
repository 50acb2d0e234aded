// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import ConsulResolver
import LoadBalancing
import NIOCore
import NIOHTTP1

/// An application's client: each request goes to an endpoint that the service picks, and its outcome is reported to the
/// service.
struct BalancedClient: Sendable {
    let service: ConsulService
    let attempts: Int
    let client: HTTPClient

    /// The time limit for an answer of an endpoint.
    static let timeout = TimeAmount.seconds(1)

    /// - Returns: The ports that were used, in order, and true if the last one gave a good answer.
    func get() async -> (asked: [UInt16], isAnswered: Bool) {
        var asked: [UInt16] = []
        do {
            try await service.withEndpoint(attempts: attempts) { endpoint in
                asked.append(endpoint.port)
                let request = HTTPClientRequest(url: "http://\(endpoint.authority)/")
                let response = try await client.execute(request, timeout: Self.timeout)
                // A client returns an HTTP error status like any other answer. Thrown as an error, it counts against
                // the endpoint.
                guard response.status == .ok else { throw BadAnswer(status: response.status) }
                _ = try await response.body.collect(upTo: 1024)
            }
            return (asked, true)
        } catch {
            return (asked, false)
        }
    }
}

/// An answer with an error status, and the outcome that it means for the endpoint.
struct BadAnswer: OutcomeReporting {
    let status: HTTPResponseStatus

    var outcome: Outcome { .failure(status.code < 500 ? .client : .server) }
}

extension BalancedClient {
    /// The settings of an HTTP client that let balancing see the state of endpoints.
    static var httpConfiguration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        // By default the client retries a refused connection until the request times out. Other endpoints are
        // available.
        configuration.connectionPool.retryConnectionEstablishment = false
        // With the default of 8, requests would wait for a connection to a slow endpoint, invisible to the balancer.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
        return configuration
    }
}
