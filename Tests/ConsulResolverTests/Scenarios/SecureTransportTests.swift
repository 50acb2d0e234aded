// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

@testable import ResolutionModel

struct SecureTransportTests {
    typealias TLS = ConsulHTTPClient.Configuration.TLS

    @Test
    func `A real agent that requires a client certificate answers only clients that have one`() async throws {
        let certificates = try await TestCertificates.shared
        let https = ConsulAgentListeners.HTTPS(certificates.server, clientAuthority: certificates.authority)
        let agent = try await ConsulAgent.start(listeners: ConsulAgentListeners(https: https))
        try await agent.register(ServiceRegistration("web"))
        let port = try #require(agent.ports.https)
        var tls = TLS()
        tls.trustRoots = .file(certificates.authority)
        let nobody = try await resolve(port, tls)
        tls.clientCertificate = .init(
            certificateFile: certificates.client.certificate,
            privateKeyFile: certificates.client.key
        )
        let somebody = try await resolve(port, tls)
        try await agent.stop()
        #expect(somebody.endpoints.count == 1)
        #expect(nobody.failure != nil && nobody.endpoints.isEmpty)
    }

    @Test(arguments: ["authority", "expired", "name"])
    func `An agent without a valid certificate is not trusted`(fault: String) async throws {
        let certificates = try await TestCertificates.shared
        let identity =
            fault == "expired" ? certificates.expired : fault == "name" ? certificates.elsewhere : certificates.server
        let configuration = try certificates.serverConfiguration(identity)
        try await withScriptedHTTPServer(
            tls: configuration,
            script: { _ in [.reply(.health([ServiceRegistration("web")]))] }
        ) {
            server in
            var tls = TLS()
            tls.trustRoots = .file(fault == "authority" ? certificates.otherAuthority : certificates.authority)
            let resolution = try await resolve(server.port, tls)
            #expect(resolution.failureCodes == [.untrusted], "\(resolution.outcome)")
            #expect(server.requests.isEmpty)
            tls.verifiesServer = false
            #expect(try await resolve(server.port, tls).endpoints.count == 1)
        }
    }

    @Test
    func `A certificate without the required name leaves no connection open`() async throws {
        let certificates = try await TestCertificates.shared
        let configuration = try certificates.serverConfiguration(certificates.server)
        try await withScriptedHTTPServer(tls: configuration, script: { _ in [] }) { server in
            var tls = TLS()
            tls.trustRoots = .file(certificates.authority)
            tls.serverName = "somebody.else"
            let resolution = try await resolve(server.port, tls)
            #expect(resolution.failureCodes == [.untrusted], "\(resolution.outcome)")
            #expect(server.requests.isEmpty)
            try await server.waitForOpenConnections(0)
        }
    }

    @Test
    func `A server that does not speak TLS never gets a request in plain text`() async throws {
        try await withScriptedHTTPServer(script: { _ in [.reply(.health([ServiceRegistration("web")]))] }) { server in
            let resolution = try await resolve(server.port, TLS())
            #expect(resolution.failure != nil)
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `A Unix socket works like a port`() async throws {
        let agent = try await ConsulAgent.start(listeners: ConsulAgentListeners(unixSocket: true))
        try await agent.register(ServiceRegistration("web"))
        let path = try #require(agent.unixSocket)
        let resolution = try await resolve(address: ConsulHTTPAddress("unix://\(path)"), TLS())
        try await agent.stop()
        #expect(resolution.endpoints.count == 1)
    }

    private func resolve(_ port: Int, _ tls: TLS) async throws -> Resolution {
        try await resolve(address: ConsulHTTPAddress(.loopback(port), usesTLS: true), tls)
    }

    private func resolve(address: ConsulHTTPAddress, _ tls: TLS) async throws -> Resolution {
        try await withResolver(ports: []) { configuration in
            configuration.strategy = .http
            configuration.timeout = .seconds(10)
            configuration.http.address = address
            configuration.http.tls = tls
            configuration.http.retry.maximumAttempts = 1
        } _: {
            try await $0.resolve("web")
        }
    }
}
