// SPDX-License-Identifier: Apache-2.0

import NetworkAddress
import TestSupport
import Testing

@testable import ConsulHTTP

@Suite("The name of a server under TLS")
struct ServerNameTests {
    /// What a server with this certificate is asked, and which name it is asked for, by a client that is configured so.
    private func outcome(
        _ certificate: String,
        host: Host,
        serverName: String? = nil
    ) async throws -> (result: Result<Int, ConsulHTTPError>, requests: Int, names: [String?]) {
        let certificates = try await TestCertificates.shared
        let identity =
            switch certificate {
            case "address": certificates.address
            case "underscore": certificates.underscore
            case "elsewhere": certificates.elsewhere
            default: certificates.server
            }
        let names = WatchedValue<[String?]>([])
        let tls = try certificates.serverConfiguration(identity).recordingServerNames { name in
            names.update { $0.append(name) }
        }
        return try await withScriptedHTTPServer(tls: tls, script: { _ in [.reply(.json("[]"))] }) { server in
            let configure: (inout ConsulHTTPClient.Configuration) -> Void = {
                $0.address = ConsulHTTPAddress(HostPort(host: host, port: UInt16(server.port)), usesTLS: true)
                $0.token = .value("secret-token")
                $0.tls.trustRoots = .file(certificates.authority)
                $0.tls.serverName = serverName
                $0.retry.maximumAttempts = 1
            }
            return try await withClient(port: 1, configure: configure) { client in
                let result: Result<Int, ConsulHTTPError>
                do { result = .success(try await client.read(.nodes).status) } catch let error as ConsulHTTPError {
                    result = .failure(error)
                }
                return (result, server.requests.count, names.current)
            }
        }
    }

    @Test("has to be the certificate's where the host is a name: the address that it has is not enough")
    func addressOnly() async throws {
        let outcome = try await outcome("address", host: .name("localhost"))
        #expect(outcome.result.failure?.code == .tls)
        #expect(outcome.result.failure?.message.contains("CONSUL_TLS_SERVER_NAME") == true)
        #expect(outcome.requests == 0)
    }

    @Test("is the certificate's where the host is an address")
    func address() async throws {
        let outcome = try await outcome("address", host: .address(.v4(.loopback)))
        #expect(outcome.result.isSuccess)
    }

    @Test("is the host's")
    func host() async throws {
        let outcome = try await outcome("server", host: .name("LocalHost"))
        #expect(outcome.result.isSuccess)
    }

    @Test("may have a dot at the end, which the server is not told")
    func trailingDot() async throws {
        let outcome = try await outcome("server", host: .address(.v4(.loopback)), serverName: "server.dc1.consul.")
        #expect(outcome.result.isSuccess, "\(outcome.result)")
        #expect(outcome.names == ["server.dc1.consul"])
    }

    @Test("may have an underscore, as names of Docker's services do")
    func underscore() async throws {
        let outcome = try await outcome("underscore", host: .address(.v4(.loopback)), serverName: "consul_server.dc1")
        #expect(outcome.result.isSuccess, "\(outcome.result)")
        #expect(outcome.names == ["consul_server.dc1"])
        let wrong = try await self.outcome("server", host: .address(.v4(.loopback)), serverName: "consul_server.dc1")
        #expect(wrong.result.failure?.code == .tls)
        #expect(wrong.requests == 0)
    }
}
