// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore
import NIOHTTP1

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The agent's catalog, in which servers are registered as their operator would do it.
struct Catalog {
    static let service = "resilience"

    private let client: HTTPClient
    private let agent = getenv("CONSUL_HTTP_ADDR").map { String(cString: $0) } ?? "127.0.0.1:8500"

    init(_ client: HTTPClient) {
        self.client = client
    }

    /// Registers a server without a check: for Consul, the server is always healthy.
    func register(_ server: WebServer) async throws {
        let body = """
            {"ID": "\(id(of: server))", "Name": "\(Catalog.service)", "Address": "127.0.0.1", "Port": \(server.port)}
            """
        try await put("/v1/agent/service/register", body)
    }

    func deregister(_ server: WebServer) async throws {
        try await put("/v1/agent/service/deregister/\(id(of: server))")
    }

    private func id(of server: WebServer) -> String { "\(Catalog.service)-\(server.port)" }

    private func put(_ path: String, _ body: String = "") async throws {
        var request = HTTPClientRequest(url: "http://\(agent)\(path)")
        request.method = .PUT
        request.body = .bytes(ByteBuffer(string: body))
        let response = try await client.execute(request, timeout: .seconds(5))
        guard response.status == .ok else { throw BadAnswer(status: response.status) }
    }
}
