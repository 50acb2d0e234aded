// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import TestSupport

struct TestCertificatesTests {
    @Test func `A client trusts a server with a certificate of the test authority`() async throws {
        let reply = try await withServer(try await TestCertificates.shared.server) { try await get(from: $0, as: nil) }
        #expect(reply.body == "1")
    }

    @Test(arguments: ["expired", "elsewhere", "stranger"])
    func `A client rejects a certificate that is expired, for another name, or of another authority`(name: String)
        async throws
    {
        let certificates = try await TestCertificates.shared
        try await withServer(certificates.identity(name)) { server in
            await #expect(throws: (any Error).self) { try await get(from: server, as: nil) }
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `A server that verifies clients accepts only certificates of the test authority`() async throws {
        let certificates = try await TestCertificates.shared
        try await withServer(certificates.server, verifyingClients: true) { server in
            let reply = try await get(from: server, as: certificates.client)
            #expect(reply.body == "1")
            for other in [nil, certificates.stranger] {
                await #expect(throws: (any Error).self) { try await get(from: server, as: other) }
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test func `Test certificates are made once, in an existing directory`() async throws {
        let directory = try await TestCertificates.shared.directory
        #expect(try await TestCertificates.shared.directory == directory)
        #expect(FileManager.default.fileExists(atPath: directory))
    }

    private func withServer<Output>(
        _ identity: TestIdentity,
        verifyingClients: Bool = false,
        _ body: (ScriptedHTTPServer) async throws -> Output
    ) async throws -> Output {
        let tls = try await TestCertificates.shared.serverConfiguration(identity, verifyingClients: verifyingClients)
        return try await withScriptedHTTPServer(tls: tls, script: { _ in [.reply(.json("1"))] }, body)
    }

    private func get(from server: ScriptedHTTPServer, as client: TestIdentity?) async throws -> HTTPReply {
        let configuration = try await TestCertificates.shared.clientConfiguration(client)
        let request = PlainHTTP.Request(method: "GET", path: "/")
        return try await PlainHTTP.send(request, to: .tls(port: server.port, configuration))
    }
}
