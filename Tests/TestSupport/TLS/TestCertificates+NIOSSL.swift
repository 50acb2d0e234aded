// SPDX-License-Identifier: Apache-2.0

import NIOCore
public import NIOSSL

extension TestCertificates {
    /// For a ``ScriptedHTTPServer`` with this certificate; one that asks its clients for a certificate of ``authority``
    /// if it is to verify them.
    public func serverConfiguration(_ identity: TestIdentity, verifyingClients: Bool = false) throws -> TLSConfiguration
    {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try identity.chain(),
            privateKey: .privateKey(try NIOSSLPrivateKey(file: identity.key, format: .pem))
        )
        if verifyingClients {
            configuration.trustRoots = .file(authority)
            // A client has no host name that could be verified.
            configuration.certificateVerification = .noHostnameVerification
        }
        return configuration
    }

    /// For a client of the test's own, to see what a server does with it.
    func clientConfiguration(_ identity: TestIdentity? = nil) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(authority)
        if let identity {
            configuration.certificateChain = try identity.chain()
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: identity.key, format: .pem))
        }
        return configuration
    }
}

extension TLSConfiguration {
    /// The same for a server, which tells the name that each client asks for (RFC 6066 section 3).
    public func recordingServerNames(_ record: @escaping @Sendable (String?) -> Void) -> TLSConfiguration {
        var configuration = self
        configuration.sslContextCallback = { values, promise in
            record(values.serverHostname)
            promise.succeed(.noChanges)
        }
        return configuration
    }
}

extension TestIdentity {
    fileprivate func chain() throws -> [NIOSSLCertificateSource] {
        try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) }
    }
}
