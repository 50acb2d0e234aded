// SPDX-License-Identifier: Apache-2.0

package import NIOSSL

extension ConsulHTTPConfiguration.TLS {
    /// Returns the settings for NIOSSL.
    ///
    /// - Throws: ``ConsulHTTPError`` with ``ConsulHTTPError/Code/tls`` for invalid files or an invalid server name.
    func configuration() throws(ConsulHTTPError) -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        tls.certificateVerification = verifiesServer ? .fullVerification : .none
        if let roots = try trustRoots.certificates() { tls.trustRoots = .certificates(roots) }
        if let clientCertificate {
            let chain = try PEMFile.certificates(clientCertificate.certificateFile)
            tls.certificateChain = chain.map { .certificate($0) }
            tls.privateKey = .privateKey(try PEMFile.privateKey(clientCertificate.privateKeyFile))
        }
        if let serverName, !Self.isServerName(serverName) {
            throw ConsulHTTPError(.tls, "\"\(serverName)\" is not a host name; the server name must be one")
        }
        return tls
    }
}

extension ConsulHTTPConfiguration.TLS.TrustRoots {
    /// Returns the certificates, which are read now; `nil` for those that the system trusts.
    package func certificates() throws(ConsulHTTPError) -> [NIOSSLCertificate]? {
        switch source {
        case .system: return nil
        case .file(let path): return try PEMFile.certificates(path)
        case .directory(let path):
            var authorities: [NIOSSLCertificate] = []
            // The files are read here because the library finds a file only under the name that `c_rehash` gives it.
            for file in try PEMFile.files(in: path) { authorities += try PEMFile.certificates(file) }
            guard !authorities.isEmpty else {
                throw ConsulHTTPError(.tls, "the directory \(path) holds no certificate")
            }
            return authorities
        }
    }
}
