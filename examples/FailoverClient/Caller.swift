// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import ConsulResolver
import NIOConcurrencyHelpers
import NIOHTTP1

/// An application's client. Each request goes to an endpoint that the service picks, and to another one if that fails.
struct Caller: Sendable {
    private let service: ConsulService
    private let client: HTTPClient
    private let options: HTTPRequestOptions
    private let failedAttempts = NIOLockedValueBox(0)
    private let failedRequests = NIOLockedValueBox(0)

    init(service: ConsulService, client: HTTPClient) {
        self.service = service
        self.client = client
        var options = HTTPRequestOptions()
        // A server that accepts a request and never answers leaves time for another one.
        options.attemptTimeout = .milliseconds(500)
        options.classifyError = { [failedAttempts] error in
            failedAttempts.withLockedValue { $0 += 1 }
            return .classifyingNetwork(error)
        }
        self.options = options
    }

    /// Sends a request, and returns true if it was answered well.
    func call() async -> Bool {
        do {
            let request = HTTPClientRequest(url: "http://failover/")
            let response = try await client.execute(request, on: service, timeout: .seconds(2), options: options)
            _ = try await response.body.collect(upTo: 1024)
            if response.status == .ok { return true }
            return fail("the status is \(response.status.code)")
        } catch {
            return fail("\(error)")
        }
    }

    /// Counts a failed request. One reason is enough to read: the others are mostly the same.
    private func fail(_ reason: String) -> Bool {
        let isFirst = failedRequests.withLockedValue { count in
            count += 1
            return count == 1
        }
        if isFirst { print("first failed request: \(reason)") }
        return false
    }

    /// The number of attempts after the first one of each request.
    var retries: Int { failedAttempts.withLockedValue { $0 } - failedRequests.withLockedValue { $0 } }
}
