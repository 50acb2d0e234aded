// SPDX-License-Identifier: Apache-2.0

public import ConsulHTTP
public import TestSupport

/// Calls the body with a client of an agent, and shuts the client down.
@discardableResult
public func withConsul<Output>(
    _ agent: ConsulAgent,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (ConsulHTTPClient) async throws -> Output
) async throws -> Output {
    try await withConsul(port: agent.ports.http, body)
}

/// Calls the body with a client of the agent, the server or the proxy on a port, and shuts the client down.
@discardableResult
public func withConsul<Output>(
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
