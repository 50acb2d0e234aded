// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import NIOSSL
import NetworkAddress
import TestSupport
import Testing

@testable import ConsulResolver

@Suite("A single probe")
struct ProbeAttemptTests {
    typealias Check = ServiceResolver.Configuration.Probes.Check
    typealias TLS = ServiceResolver.Configuration.Probes.TLS

    @Test(
        "passes with an expected status and no other",
        arguments: [(200, true), (204, true), (399, true), (400, false), (404, false), (500, false), (503, false)]
    )
    func statuses(status: Int, passes: Bool) async throws {
        try await withProbedServer(.answer(HTTPResponseStatus(statusCode: status))) { server in
            #expect(await probe(server, .http(path: "/health")) == passes)
            #expect(await probe(server, .http(path: "/health", expectedStatuses: status...status)))
            #expect(server.state.current.requests.map(\.uri) == ["/health", "/health"])
        }
    }

    @Test("takes a redirect for an answer, and does not follow it")
    func redirect() async throws {
        try await withProbedServer(.redirect) { server in
            #expect(await probe(server, .http()))
            #expect(await probe(server, .http(expectedStatuses: 200...299)) == false)
            #expect(server.state.current.requests.map(\.uri) == ["/", "/"])
        }
    }

    @Test("names the host that it was told to name")
    func host() async throws {
        try await withProbedServer(.answer(.ok)) { server in
            #expect(await probe(server, .http(host: "web.example")))
            #expect(server.state.current.requests.first?.headers["host"] == ["web.example"])
        }
    }

    @Test("does not read a body that has no end, and closes the connection under it")
    func endless() async throws {
        try await withProbedServer(.endless) { server in
            #expect(await probe(server, .http()))
            try await server.state.wait("the connection to be closed", within: .seconds(30)) { $0.open == 0 }
        }
    }

    @Test("over TCP passes when somebody accepts, over HTTP only when somebody answers")
    func silence() async throws {
        try await withProbedServer(.silence) { server in
            #expect(await probe(server, .tcp))
            #expect(await probe(server, .http(), within: .milliseconds(200)) == false)
            try await server.state.wait("the connections to be closed", within: .seconds(30)) { $0.open == 0 }
        }
    }

    @Test("fails when nobody listens", arguments: [Check.tcp, .http()])
    func refused(check: Check) async throws {
        #expect(await probe(HostPort(loopback: 1), check) == false)
    }

    @Test("fails when nobody accepts", arguments: [Check.tcp, .http()])
    func blackHole(check: Check) async throws {
        try await withBlackHole { target in
            #expect(await probe(target, check, within: .milliseconds(200)) == false)
        }
    }

    @Test("looks up names", arguments: [Check.tcp, .http()])
    func names(check: Check) async throws {
        try await withProbedServer(.answer(.ok)) { server in
            #expect(await probe(HostPort(host: .name("localhost"), port: server.targets[0].port), check))
            try await server.state.wait("the connection to be closed", within: .seconds(30)) { $0.open == 0 }
        }
    }

    @Test("ends when it is cancelled, before or while it waits", arguments: [false, true])
    func cancellation(isEarly: Bool) async throws {
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

    @Test("believes a certificate for the name that was asked for, by somebody who is trusted, and no other")
    func verification() async throws {
        try await withProbedServer(.answer(.ok), tls: ProbedIdentity.serverContext()) { server in
            try await ProbedIdentity.withTrustRoots { path in
                var tls = TLS()
                tls.serverName = "probe.test"
                #expect(await probe(server, .http(tls: tls)) == false, "signed by nobody the system knows")
                tls.trustRoots = .file(path)
                #expect(await probe(server, .http(tls: tls)))
                tls.serverName = "other.test"
                #expect(await probe(server, .http(tls: tls)) == false)
                tls.serverName = nil
                #expect(await probe(server, .http(tls: tls)) == false, "the certificate names no address")
                tls.verifiesServer = false
                #expect(await probe(server, .http(tls: tls)))
            }
        }
    }

    @Test("wants the host's name from a certificate where the host is a name: the address that it has is not enough")
    func addressOnly() async throws {
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

    @Test("takes a name with a dot at the end, and one with an underscore")
    func unusualNames() async throws {
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

    @Test("fails where TLS was expected and is not spoken, and the other way round")
    func mismatch() async throws {
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
