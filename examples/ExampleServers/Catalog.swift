// SPDX-License-Identifier: Apache-2.0

package import AsyncHTTPClient
import NIOCore
package import NIOHTTP1

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The agent's catalog, in which servers are registered as their operator would do it: that of `CONSUL_HTTP_ADDR`, or of
/// this machine.
package struct Catalog: Sendable {
    /// An answer of the agent without the status 200.
    package struct Refusal: Error {
        package let status: HTTPResponseStatus
    }

    private let service: String
    private let client: HTTPClient
    private let agent = getenv("CONSUL_HTTP_ADDR").map { String(cString: $0) } ?? "127.0.0.1:8500"

    package init(of service: String, _ client: HTTPClient) {
        self.service = service
        self.client = client
    }

    /// Starts servers, registers them without a check, so that Consul never notices that one of them is in trouble, and
    /// stops and deregisters them when the body has ended.
    package func withServers(_ count: Int, _ body: @Sendable ([WebServer]) async throws -> Void) async throws {
        let servers = (0..<count).map { _ in WebServer() }
        let result: Result<Void, any Error>
        do {
            for server in servers {
                try await server.start()
                try await register(server)
            }
            result = .success(try await body(servers))
        } catch {
            result = .failure(error)
        }
        for server in servers {
            try? await put("/v1/agent/service/deregister/\(id(of: server))")
            await server.stop()
        }
        try result.get()
    }

    private func register(_ server: WebServer) async throws {
        let body = """
            {"ID": "\(id(of: server))", "Name": "\(service)", "Address": "127.0.0.1", "Port": \(server.port)}
            """
        try await put("/v1/agent/service/register", body)
    }

    private func id(of server: WebServer) -> String { "\(service)-\(server.port)" }

    private func put(_ path: String, _ body: String = "") async throws {
        var request = HTTPClientRequest(url: "http://\(agent)\(path)")
        request.method = .PUT
        request.body = .bytes(ByteBuffer(string: body))
        let response = try await client.execute(request, timeout: .seconds(5))
        guard response.status == .ok else { throw Refusal(status: response.status) }
    }
}
