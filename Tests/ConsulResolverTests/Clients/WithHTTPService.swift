// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import ConsulResolver
import NIOCore
import NIOHTTP1
import NIOPosix
import TestSupport

/// Registers instances on ports of this machine with a real agent, and runs `body` with their service and an HTTP client
/// for it. Endpoints take turns unless the test chooses another policy.
func withHTTPService(
    _ name: String,
    at ports: [Int],
    dress: AgentDress = .plain,
    client settings: HTTPClient.Configuration = .forServices(),
    isolation: isolated (any Actor)? = #isolation,
    balancing configure: (inout LoadBalancer.Configuration) -> Void = { _ in },
    _ body: (ConsulService, HTTPClient) async throws -> Void
) async throws {
    let agent = try await SharedConsulAgents.shared.agent(dress: dress)
    for port in ports {
        let instance = ServiceRegistration(name, id: "\(name)-\(port)", address: "127.0.0.1", port: port)
        try await agent.register(instance, node: "\(name)-\(port)")
    }
    var settings = settings
    // A busy machine may take longer than a second for a handshake.
    settings.timeout.connect = .seconds(20)
    var balancing = LoadBalancer.Configuration()
    balancing.policy = .weightedRoundRobin
    configure(&balancing)
    try await withResolver(dns: agent.ports.dns, http: agent.ports.http) { configuration in
        configuration.timeout = .seconds(30)
    } _: { resolver in
        let service = resolver.service(ServiceRequest(name), balancing: balancing)
        let client = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: settings)
        try await use(client, in: { try await body(service, $0) }) { try await $0.shutdown() }
    }
}

/// Starts a scripted HTTP server for each script, and stops all of them however `body` ends.
func withScriptedHTTPServers(
    _ scripts: [ScriptedHTTPServer.Script],
    isolation: isolated (any Actor)? = #isolation,
    _ body: ([ScriptedHTTPServer]) async throws -> Void
) async throws {
    var servers: [ScriptedHTTPServer] = []
    for script in scripts { servers.append(try await ScriptedHTTPServer.start(script: script)) }
    try await use(servers, in: body) { servers in
        for server in servers { await server.stop() }
    }
}

extension HTTPClientRequest {
    /// Returns a request of a method that is not idempotent.
    static func post(_ url: String, body: HTTPClientRequest.Body? = nil) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.body = body
        return request
    }
}

extension ConsulService {
    /// The number of requests that use an endpoint now.
    var outstanding: Int { balancer.endpoints.reduce(0) { $0 + $1.outstanding } }

    /// The ports of the ejected endpoints.
    var ejectedPorts: Set<Int> {
        Set(
            balancer.endpoints.compactMap { report in
                if case .ejected = report.state { Int(report.endpoint.port) } else { nil }
            }
        )
    }
}

extension [ScriptedHTTPServer] {
    /// The number of requests that the servers have received.
    var requestCount: Int { reduce(0) { $0 + $1.requests.count } }
}
