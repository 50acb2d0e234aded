// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOSSL
import Testing

@testable import TestSupport

@Suite("Certificates made for the tests")
struct TestCertificatesTests {
    @Test("let a client trust a server that has the right one")
    func trusted() async throws {
        let certificates = try await TestCertificates.shared
        let reply = try await get(from: certificates.server, as: nil)
        #expect(reply.body == "1")
    }

    @Test("give it reasons not to", arguments: ["expired", "elsewhere", "stranger"])
    func distrusted(name: String) async throws {
        let certificates = try await TestCertificates.shared
        let error = await #expect(throws: (any Error).self) {
            try await get(from: certificates.identity(name), as: nil)
        }
        #expect(error is NIOSSLError || error is NIOSSLExtraError)
    }

    @Test("let a server tell its clients from others")
    func clients() async throws {
        let certificates = try await TestCertificates.shared
        let reply = try await get(from: certificates.server, as: certificates.client, verifyingClients: true)
        #expect(reply.body == "1")
        for other in [nil, certificates.stranger] {
            await #expect(throws: (any Error).self) {
                try await get(from: certificates.server, as: other, verifyingClients: true)
            }
        }
    }

    @Test("are made once, in a directory that is there")
    func sharing() async throws {
        let directory = try await TestCertificates.shared.directory
        #expect(try await TestCertificates.shared.directory == directory)
        #expect(FileManager.default.fileExists(atPath: directory))
    }

    private func get(
        from server: TestIdentity,
        as client: TestIdentity?,
        verifyingClients: Bool = false
    ) async throws -> HTTPReply {
        let certificates = try await TestCertificates.shared
        let tls = try certificates.serverConfiguration(server, verifyingClients: verifyingClients)
        return try await withScriptedHTTPServer(tls: tls, script: { _ in [.reply(.json("1"))] }) { server in
            let request = PlainHTTP.Request(method: "GET", path: "/")
            let configuration = try certificates.clientConfiguration(client)
            return try await PlainHTTP.send(request, to: .tls(port: server.port, configuration))
        }
    }
}
