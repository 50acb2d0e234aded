// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Two private authorities and the certificates they signed, made once in a test process and deleted when it ends.
///
/// Certificates checked into a repository expire, and the tests that use them then fail.
public struct TestCertificates: Sendable {
    /// The directory that holds all the files.
    public let directory: String

    /// Deletes the directory when this process ends. It is never dismissed, because the process needs the files until
    /// then.
    private let guardian: ProcessGuardian

    /// The certificates of this process, made on first use.
    public static var shared: TestCertificates {
        get async throws { try await made.value }
    }

    /// The certificate of the authority that tests trust.
    public var authority: String { path("authority.pem") }
    /// The certificate of an authority that signed only ``stranger``.
    public var otherAuthority: String { path("other-authority.pem") }
    /// A certificate for a server at `127.0.0.1`, `::1`, `localhost` and `server.dc1.consul`.
    public var server: TestIdentity { identity("server") }
    /// A certificate for a client.
    public var client: TestIdentity { identity("client") }
    /// A certificate like ``server`` that expired yesterday.
    public var expired: TestIdentity { identity("expired") }
    /// A certificate for a server at `elsewhere.example`, without an IP address.
    public var elsewhere: TestIdentity { identity("elsewhere") }
    /// A certificate for a server at `127.0.0.1` and `::1`, without a host name.
    public var address: TestIdentity { identity("address") }
    /// A certificate for a server at `consul_server.dc1`, without an IP address.
    public var underscore: TestIdentity { identity("underscore") }
    /// A certificate like ``server``, for a server or a client, signed by the other authority.
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
