// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Two private authorities and what they have signed: made once in a test process, gone with it.
///
/// Certificates that are part of a repository expire there, and with them its tests.
public struct TestCertificates: Sendable {
    /// The directory that holds all of it.
    public let directory: String

    /// Nobody dismisses it: the directory is of use as long as this process lives.
    private let guardian: ProcessGuardian

    /// The ones of this process, made for whoever asks first.
    public static var shared: TestCertificates {
        get async throws { try await made.value }
    }

    /// The certificate of the authority, to be trusted.
    public var authority: String { path("authority.pem") }
    /// The certificate of an authority that has signed only ``stranger``.
    public var otherAuthority: String { path("other-authority.pem") }
    /// For a server at `127.0.0.1`, `::1`, `localhost` and `server.dc1.consul`.
    public var server: TestIdentity { identity("server") }
    /// For a client.
    public var client: TestIdentity { identity("client") }
    /// Like ``server``, but it expired yesterday.
    public var expired: TestIdentity { identity("expired") }
    /// For a server at `elsewhere.example` and no address.
    public var elsewhere: TestIdentity { identity("elsewhere") }
    /// For a server at `127.0.0.1` and `::1`, and no name.
    public var address: TestIdentity { identity("address") }
    /// For a server at `consul_server.dc1` and no address.
    public var underscore: TestIdentity { identity("underscore") }
    /// For the same server, or for a client, signed by the other authority.
    public var stranger: TestIdentity { identity("stranger") }

    private static let made = Task { try await make() }

    private func path(_ file: String) -> String { "\(directory)/\(file)" }

    func identity(_ name: String) -> TestIdentity {
        TestIdentity(certificate: path("\(name).pem"), key: path("\(name).key"))
    }

    private static func make() async throws -> TestCertificates {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("consul-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        let guardian = try ProcessGuardian(of: nil, directory: url.path)
        try OpenSSL.configuration.write(
            to: url.appendingPathComponent("openssl.cnf"),
            atomically: false,
            encoding: .utf8
        )
        let openSSL = OpenSSL(directory: url.path)
        for authority in ["authority", "other-authority"] { try await openSSL.makeAuthority(authority) }
        for name in ["server", "client", "elsewhere", "address", "underscore"] {
            try await openSSL.makeIdentity(name, section: name)
        }
        try await openSSL.makeIdentity("expired", section: "server", days: -1)
        try await openSSL.makeIdentity("stranger", section: "server", authority: "other-authority")
        return TestCertificates(directory: url.path, guardian: guardian)
    }
}
