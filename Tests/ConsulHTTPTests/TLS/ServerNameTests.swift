// SPDX-License-Identifier: Apache-2.0

import NetworkAddress
import TestSupport
import Testing

@testable import ConsulHTTP

struct ServerNameTests {
    /// Connects a client with this configuration to a server with this certificate, and returns the result, the number
    /// of requests and the requested server names.
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
            return try await withConsul(port: 1, configure: configure) { client in
                let result: Result<Int, ConsulHTTPError>
                do { result = .success(try await client.read(.nodes).status) } catch let error as ConsulHTTPError {
                    result = .failure(error)
                }
                return (result, server.requests.count, names.current)
            }
        }
    }

    @Test
    func `A certificate for the address alone is refused if the host is a name`() async throws {
        let outcome = try await outcome("address", host: .name("localhost"))
        #expect(outcome.result.failure?.code == .tls)
        #expect(outcome.result.failure?.message.contains("CONSUL_TLS_SERVER_NAME") == true)
        #expect(outcome.requests == 0)
    }

    @Test func `A certificate for the address is accepted if the host is an address`() async throws {
        let outcome = try await outcome("address", host: .address(.v4(.loopback)))
        #expect(outcome.result.isSuccess)
    }

    @Test func `A certificate for the host name is accepted`() async throws {
        let outcome = try await outcome("server", host: .name("LocalHost"))
        #expect(outcome.result.isSuccess)
    }

    @Test func `A server name may end with a dot, which the server name indication omits`() async throws {
        let outcome = try await outcome("server", host: .address(.v4(.loopback)), serverName: "server.dc1.consul.")
        #expect(outcome.result.isSuccess, "\(outcome.result)")
        #expect(outcome.names == ["server.dc1.consul"])
    }

    @Test func `A server name may have an underscore, like the names of Docker's services`() async throws {
        let outcome = try await outcome("underscore", host: .address(.v4(.loopback)), serverName: "consul_server.dc1")
        #expect(outcome.result.isSuccess, "\(outcome.result)")
        #expect(outcome.names == ["consul_server.dc1"])
        let wrong = try await self.outcome("server", host: .address(.v4(.loopback)), serverName: "consul_server.dc1")
        #expect(wrong.result.failure?.code == .tls)
        #expect(wrong.requests == 0)
    }
}
