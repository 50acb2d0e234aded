// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The `openssl` command line tool, used to make certificates.
struct OpenSSL: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let arguments: [String]
        let output: String

        var description: String {
            "openssl \(arguments.joined(separator: " ")) failed; is it installed (scripts/setup)?\n\(output)"
        }
    }

    /// The working directory of `openssl`, which holds `openssl.cnf`.
    let directory: String

    /// The extensions, one section for each kind of certificate. A Consul server is a client too, so its certificate
    /// serves both purposes.
    static let configuration = """
        [req]
        distinguished_name = subject
        prompt = no
        [subject]
        CN = unnamed
        [authority]
        basicConstraints = critical, CA:TRUE
        keyUsage = critical, keyCertSign, cRLSign
        subjectKeyIdentifier = hash
        [server]
        basicConstraints = critical, CA:FALSE
        keyUsage = critical, digitalSignature
        extendedKeyUsage = serverAuth, clientAuth
        subjectAltName = DNS:localhost, DNS:server.dc1.consul, IP:127.0.0.1, IP:::1
        authorityKeyIdentifier = keyid
        [client]
        basicConstraints = critical, CA:FALSE
        keyUsage = critical, digitalSignature
        extendedKeyUsage = clientAuth
        authorityKeyIdentifier = keyid
        [address]
        basicConstraints = critical, CA:FALSE
        keyUsage = critical, digitalSignature
        extendedKeyUsage = serverAuth
        subjectAltName = IP:127.0.0.1, IP:::1
        authorityKeyIdentifier = keyid
        [underscore]
        basicConstraints = critical, CA:FALSE
        keyUsage = critical, digitalSignature
        extendedKeyUsage = serverAuth
        subjectAltName = DNS:consul_server.dc1
        authorityKeyIdentifier = keyid
        [elsewhere]
        basicConstraints = critical, CA:FALSE
        keyUsage = critical, digitalSignature
        extendedKeyUsage = serverAuth
        subjectAltName = DNS:elsewhere.example
        authorityKeyIdentifier = keyid

        """

    /// Returns the options for a new elliptic-curve key, which takes milliseconds to make.
    private func newKey(_ name: String) -> [String] {
        ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "\(name).key"]
    }

    func makeAuthority(_ name: String) async throws {
        try await run(
            ["req", "-config", "openssl.cnf", "-x509", "-days", "7", "-subj", "/CN=\(name)"] + newKey(name)
                + ["-extensions", "authority", "-out", "\(name).pem"]
        )
    }

    /// Makes a key and a certificate. A negative number of days makes an expired certificate: it ends before it begins.
    func makeIdentity(
        _ name: String,
        section: String,
        authority: String = "authority",
        days: Int = 7
    ) async throws {
        try await run(
            ["req", "-config", "openssl.cnf", "-new", "-subj", "/CN=\(name)"] + newKey(name) + ["-out", "\(name).csr"]
        )
        try await run(
            ["x509", "-req", "-in", "\(name).csr", "-CA", "\(authority).pem", "-CAkey", "\(authority).key"]
                + ["-set_serial", "\(UInt32.random(in: 1...(.max)))", "-days", "\(days)"]
                + ["-extfile", "openssl.cnf", "-extensions", section, "-out", "\(name).pem"]
        )
    }

    private func run(_ arguments: [String]) async throws {
        let isOver = WatchedValue(false)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        let log = "\(directory)/openssl.log"
        try "".write(toFile: log, atomically: false, encoding: .utf8)
        let output = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        process.terminationHandler = { _ in isOver.update { $0 = true } }
        try process.start()
        try output.close()
        try await isOver.wait("openssl", within: .seconds(20)) { $0 }
        guard process.terminationStatus == 0 else {
            throw Failure(arguments: arguments, output: (try? String(contentsOfFile: log, encoding: .utf8)) ?? "")
        }
    }
}
