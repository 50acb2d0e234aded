// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOSSL

/// The self-signed certificate of a probed server, for `probe.test`, valid for a hundred years. Made with:
///
///     openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out key.pem
///     openssl req -x509 -new -key key.pem -days 36500 -subj /CN=probe.test -addext subjectAltName=DNS:probe.test
enum ProbedIdentity {
    /// The TLS context of the server.
    static func serverContext() throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8))
        let configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))
        )
        return try NIOSSLContext(configuration: configuration)
    }

    /// Runs `body` with a file that makes a client trust the server.
    static func withTrustRoots<Output>(_ body: (_ path: String) async throws -> Output) async throws -> Output {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).pem")
        try certificate.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        return try await body(file.path)
    }

    private static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBmDCCAT6gAwIBAgIUMaUxA8+uVGgFif1ZY7/pHHZG8DgwCgYIKoZIzj0EAwIw
        FTETMBEGA1UEAwwKcHJvYmUudGVzdDAgFw0yNjExMjMwOTI1MzFaGA8yMTI2MTAz
        MDA5MjUzMVowFTETMBEGA1UEAwwKcHJvYmUudGVzdDBZMBMGByqGSM49AgEGCCqG
        SM49AwEHA0IABJ4/S0+oVlce449YbDtO5t4Qbd+u0YFv+rqPlkt2Ilf7P87HzpG+
        v+B1GvHAPOEUQ9UzQTUJ5IUIi94tI+UEMtWjajBoMB0GA1UdDgQWBBQPN+zj9jgG
        ZNbjWYXG4vsNTIl/WDAfBgNVHSMEGDAWgBQPN+zj9jgGZNbjWYXG4vsNTIl/WDAP
        BgNVHRMBAf8EBTADAQH/MBUGA1UdEQQOMAyCCnByb2JlLnRlc3QwCgYIKoZIzj0E
        AwIDSAAwRQIgGTkxjP6lTM2OEf52OgyRJWuf4Cp/bDR5qCAMn+AHJuECIQDenrSF
        mHDLYytPAQorem4KER4D4gtslRsoVnutZCozFQ==
        -----END CERTIFICATE-----
        """

    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg+tTflIBxnKXzHnqC
        vkAzMEcyN4Jk+3NXGrfJrDZVs++hRANCAASeP0tPqFZXHuOPWGw7TubeEG3frtGB
        b/q6j5ZLdiJX+z/Ox86Rvr/gdRrxwDzhFEPVM0E1CeSFCIveLSPlBDLV
        -----END PRIVATE KEY-----
        """
}
