// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import ConsulHTTP
import DNSWire
import LoadBalancing
import TestSupport
import Testing

@testable import ResolutionModel
@testable import ResolutionSources
@testable import ResolverSupport

/// Shutdowns while ``HTTPSource`` asks for the reason of an answer without instances.
struct ReasonDuringShutdownTests {
    /// Resolves a request, and shuts the client down while the request for this path is pending.
    private func resolve(
        _ request: ServiceRequest,
        health: ConsulReply,
        closingAt path: String
    ) async throws -> Resolution {
        let script = ScriptedHTTPServer.byPath(["/v1/health/service/web": [.reply(health)], path: []])
        return try await withScriptedHTTPServer(script: script) { server in
            var configuration = ConsulHTTPClient.Configuration()
            configuration.address = try ConsulHTTPAddress("127.0.0.1:\(server.port)")
            let client = try ConsulHTTPClient(configuration: configuration)
            let source = HTTPSource(
                client: client,
                domain: .consul,
                counters: LookupCounters(),
                datacenters: KnownDatacenters([])
            )
            async let resolution = source.resolve(request, retries: false, deadline: Deadline(in: .seconds(60)))
            try await server.waitForRequest(path) { $0.path == path }
            await client.shutdown()
            return try await resolution
        }
    }

    @Test func `A shutdown while a permission is queried is an error and no empty answer`() async throws {
        let error = await #expect(throws: ConsulHTTPError.self) {
            try await resolve(
                ServiceRequest("web"),
                health: .json("[]"),
                closingAt: "/v1/internal/acl/authorize"
            )
        }
        #expect(error?.code == .closed)
    }

    @Test func `A shutdown while the datacenters are queried is an error and no unknown outcome`() async throws {
        let error = await #expect(throws: ConsulHTTPError.self) {
            try await resolve(
                ServiceRequest("web", in: .datacenter("elsewhere")),
                health: ConsulReply(500, body: Array("No path to datacenter\n".utf8)),
                closingAt: "/v1/catalog/datacenters"
            )
        }
        #expect(error?.code == .closed)
    }
}
