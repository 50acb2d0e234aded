// SPDX-License-Identifier: Apache-2.0

import NIOSSL
import NetworkAddress

extension ConsulHTTPClient.Configuration.TLS {
    /// What NIOSSL is told.
    ///
    /// - Throws: ``ConsulHTTPError`` with ``ConsulHTTPError/Code/tls`` for files that are not what they should be.
    func configuration() throws(ConsulHTTPError) -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        tls.certificateVerification = verifiesServer ? .fullVerification : .none
        if let roots = try authorities() { tls.trustRoots = .certificates(roots) }
        if let clientCertificate {
            let chain = try PEMFile.certificates(clientCertificate.certificateFile)
            tls.certificateChain = chain.map { .certificate($0) }
            tls.privateKey = .privateKey(try PEMFile.privateKey(clientCertificate.privateKeyFile))
        }
        if let serverName, !Self.isServerName(serverName) {
            throw ConsulHTTPError(.tls, "\"\(serverName)\" is not a host name that a certificate could be verified for")
        }
        return tls
    }

    /// Whether it is a host name: there is no indication of IP addresses (RFC 6066 section 3), and NIOSSL compares them
    /// with the address that it is connected to and no other.
    static func isServerName(_ text: String) -> Bool {
        if case .name = Host(text) { true } else { false }
    }

    private func authorities() throws(ConsulHTTPError) -> [NIOSSLCertificate]? {
        switch trustRoots.source {
        case .system: return nil
        case .file(let path): return try PEMFile.certificates(path)
        case .directory(let path):
            var authorities: [NIOSSLCertificate] = []
            // Read here, not by the library, which finds a file only under the name that `c_rehash` gives it.
            for file in try PEMFile.files(in: path) { authorities += try PEMFile.certificates(file) }
            guard !authorities.isEmpty else {
                throw ConsulHTTPError(.tls, "the directory \(path) holds no certificate")
            }
            return authorities
        }
    }
}
