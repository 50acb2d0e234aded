// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import ConsulResolver
import NIOHTTP1
import NIOSSL
import TestSupport
import Testing

/// The names in certificates of a service's servers.
struct HTTPServerNameTests {
    private static let patience = Duration.seconds(60)

    @Test func `A certificate has to be for the address of the endpoint by default`() async throws {
        let certificates = try await TestCertificates.shared
        #expect(try await status(certificates.address, nil, "http-tls-address") == .ok)
        #expect(try await status(certificates.elsewhere, nil, "http-tls-no-address") == nil)
    }

    @Test func `A certificate for the server name of the client is accepted, and no other one`() async throws {
        let certificates = try await TestCertificates.shared
        #expect(try await status(certificates.elsewhere, "elsewhere.example", "http-tls-name") == .ok)
        #expect(try await status(certificates.address, "elsewhere.example", "http-tls-other") == nil)
        #expect(try await status(certificates.stranger, "server.dc1.consul", "http-tls-stranger") == nil)
    }

    /// Sends a request to a server with this certificate.
    ///
    /// - Returns: The status; `nil` if the connection failed, before a request was sent.
    private func status(
        _ identity: TestIdentity,
        _ serverName: String?,
        _ service: String
    ) async throws -> HTTPResponseStatus? {
        let certificates = try await TestCertificates.shared
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .file(certificates.authority)
        let settings = HTTPClient.Configuration.forServices(serverName: serverName, tls: tls)
        let server = try certificates.serverConfiguration(identity)
        let status = WatchedValue<HTTPResponseStatus?>(nil)
        try await withScriptedHTTPServer(tls: server, script: { _ in [.reply(ConsulReply(200))] }) { server in
            try await withHTTPService(service, at: [server.port], client: settings) { service, client in
                let request = HTTPClientRequest(url: "https://elsewhere.example/")
                do {
                    let response = try await client.execute(request, on: service, timeout: Self.patience)
                    status.update { $0 = response.status }
                    #expect(server.requests.first?.header("Host") == "elsewhere.example")
                } catch {
                    #expect(server.requests.isEmpty)
                    #expect(Outcome.classifyingNetwork(error) == .failure(.connect), "\(error)")
                    try await server.waitForOpenConnections(0)
                }
            }
        }
        return status.current
    }
}
