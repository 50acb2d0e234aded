// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import NIOSSL
import NetworkAddress
import TestSupport
import Testing

@testable import ConsulResolver
@testable import EndpointProbing

struct ProbeAttemptTests {
    typealias Check = ServiceResolver.Configuration.Probes.Check
    typealias TLS = ServiceResolver.Configuration.Probes.TLS

    @Test(
        arguments: [(200, true), (204, true), (399, true), (400, false), (404, false), (500, false), (503, false)]
    )
    func `A probe over HTTP passes with an expected status only`(status: Int, passes: Bool) async throws {
        try await withProbedServer(.answer(HTTPResponseStatus(statusCode: status))) { server in
            #expect(await probe(server, .http(path: "/health")) == passes)
            #expect(await probe(server, .http(path: "/health", expectedStatuses: status...status)))
            #expect(server.state.current.requests.map(\.uri) == ["/health", "/health"])
        }
    }

    @Test func `A probe takes a redirect for an answer, and does not follow it`() async throws {
        try await withProbedServer(.redirect) { server in
            #expect(await probe(server, .http()))
            #expect(await probe(server, .http(expectedStatuses: 200...299)) == false)
            #expect(server.state.current.requests.map(\.uri) == ["/", "/"])
        }
    }

    @Test func `A probe sends the configured host name`() async throws {
        try await withProbedServer(.answer(.ok)) { server in
            #expect(await probe(server, .http(host: "web.example")))
            #expect(server.state.current.requests.first?.headers["host"] == ["web.example"])
        }
    }

    @Test
    func `A probe does not read an endless body, and closes the connection`() async throws {
        try await withProbedServer(.endless) { server in
            #expect(await probe(server, .http()))
            try await server.state.wait("the connection to be closed", within: .seconds(30)) { $0.open == 0 }
        }
    }

    @Test
    func `A probe over TCP needs an accepted connection, and one over HTTP an answer`() async throws {
        try await withProbedServer(.silence) { server in
            #expect(await probe(server, .tcp))
            #expect(await probe(server, .http(), within: .milliseconds(200)) == false)
            try await server.state.wait("the connections to be closed", within: .seconds(30)) { $0.open == 0 }
        }
    }

    @Test(arguments: [Check.tcp, .http()])
    func `A probe fails at a closed port`(check: Check) async throws {
        #expect(await probe(HostPort(loopback: 1), check) == false)
    }

    @Test(arguments: [Check.tcp, .http()])
    func `A probe fails at a port that does not accept connections`(check: Check) async throws {
        try await withBlackHole { target in
            #expect(await probe(target, check, within: .milliseconds(200)) == false)
        }
    }

    @Test(arguments: [Check.tcp, .http()])
    func `A probe looks up host names`(check: Check) async throws {
        try await withProbedServer(.answer(.ok)) { server in
            #expect(await probe(HostPort(host: .name("localhost"), port: server.targets[0].port), check))
            try await server.state.wait("the connection to be closed", within: .seconds(30)) { $0.open == 0 }
        }
    }

    @Test(arguments: [false, true])
    func `A probe ends when it is canceled, before it starts and while it waits`(isEarly: Bool) async throws {
        try await withProbedServer(.silence) { server in
            let target = server.targets[0]
            let probing = Task<Bool, any Error> {
                if isEarly { withUnsafeCurrentTask { $0?.cancel() } }
                return await probe(target, .http(), within: .seconds(3600))
            }
            if !isEarly {
                try await server.state.wait("a request", within: .seconds(30)) { $0.requests.count == 1 }
                probing.cancel()
            }
            #expect(try await probing.value(within: .seconds(30)) == false)
            try await server.state.wait("the connection to be closed", within: .seconds(30)) { $0.open == 0 }
        }
    }

    // MARK: TLS

    @Test
    func `A probe accepts a certificate of the right name from a trusted authority only`() async throws {
        try await withProbedServer(.answer(.ok), tls: ProbedIdentity.serverContext()) { server in
            try await ProbedIdentity.withTrustRoots { path in
                var tls = TLS()
                tls.serverName = "probe.test"
                #expect(
                    await probe(server, .http(tls: tls)) == false,
                    "no authority that the system trusts has signed it"
                )
                tls.trustRoots = .file(path)
                #expect(await probe(server, .http(tls: tls)))
                tls.serverName = "other.test"
                #expect(await probe(server, .http(tls: tls)) == false)
                tls.serverName = nil
                #expect(await probe(server, .http(tls: tls)) == false, "the certificate has no address")
                tls.verifiesServer = false
                #expect(await probe(server, .http(tls: tls)))
            }
        }
    }

    @Test
    func `A probe of a host name needs a certificate of that name, not of its address`() async throws {
        let certificates = try await TestCertificates.shared
        let context = try NIOSSLContext(configuration: certificates.serverConfiguration(certificates.address))
        try await withProbedServer(.answer(.ok), tls: context) { server in
            var tls = TLS()
            tls.trustRoots = .file(certificates.authority)
            #expect(await probe(server, .http(tls: tls)))
            let name = HostPort(host: .name("localhost"), port: server.targets[0].port)
            #expect(await probe(name, .http(tls: tls)) == false)
            tls.serverName = "server.dc1.consul"
            #expect(await probe(server, .http(tls: tls)) == false)
        }
    }

    @Test
    func `A probe accepts a name with a trailing dot, and one with an underscore`() async throws {
        let certificates = try await TestCertificates.shared
        for (identity, name) in [
            (certificates.server, "server.dc1.consul."), (certificates.underscore, "consul_server.dc1"),
        ] {
            let context = try NIOSSLContext(configuration: certificates.serverConfiguration(identity))
            try await withProbedServer(.answer(.ok), tls: context) { server in
                var tls = TLS()
                tls.trustRoots = .file(certificates.authority)
                tls.serverName = name
                #expect(await probe(server, .http(tls: tls)), "\(name)")
            }
        }
    }

    @Test
    func `A probe fails where TLS is expected and missing, and the other way round`() async throws {
        var tls = TLS()
        tls.verifiesServer = false
        try await withProbedServer(.answer(.ok)) { server in
            #expect(await probe(server, .http(tls: tls)) == false)
        }
        try await withProbedServer(.answer(.ok), tls: ProbedIdentity.serverContext()) { server in
            #expect(await probe(server, .http()) == false)
        }
    }

    // MARK: Probing

    private func probe(
        _ target: HostPort,
        _ check: Check,
        within limit: Duration = .seconds(10)
    ) async -> Bool {
        var probes = ServiceResolver.Configuration.Probes(check: check)
        (probes.interval, probes.timeout) = (.seconds(3600), limit)
        do {
            return await ProbeAttempt(target, plan: try ProbePlan(probes)).run()
        } catch {
            Issue.record(error)
            return false
        }
    }

    private func probe(
        _ server: ProbedServer,
        _ check: Check,
        within limit: Duration = .seconds(10)
    ) async -> Bool {
        await probe(server.targets[0], check, within: limit)
    }
}
