// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import TestSupport

/// Creates a client for a port on the loopback address, passes it to the body, and shuts it down in any case.
func withClient<Output>(
    port: Int,
    configure: (inout ConsulHTTPClient.Configuration) -> Void = { _ in },
    isolation: isolated (any Actor)? = #isolation,
    _ body: (ConsulHTTPClient) async throws -> Output
) async throws -> Output {
    var configuration = ConsulHTTPClient.Configuration()
    configuration.address = try ConsulHTTPAddress("127.0.0.1:\(port)")
    configure(&configuration)
    let client = try ConsulHTTPClient(configuration: configuration)
    return try await use(client, in: body) { await $0.shutdown() }
}

extension ReadRequest {
    /// A read that every agent answers at once.
    static let nodes = ReadRequest(RequestPath("/v1/catalog/nodes"))

    /// The health of a service's instances.
    static func health(_ service: String) -> ReadRequest {
        ReadRequest(RequestPath("/v1/health/service").appending(segment: service))
    }
}

extension RawAnswer {
    var text: String { String(decoding: body, as: UTF8.self) }
}
