// SPDX-License-Identifier: Apache-2.0

import NIOCore
public import NIOSSL

extension TestCertificates {
    /// Returns the configuration of a ``ScriptedHTTPServer`` with this certificate. With `verifyingClients`, the server
    /// requires client certificates signed by ``authority``.
    public func serverConfiguration(_ identity: TestIdentity, verifyingClients: Bool = false) throws -> TLSConfiguration
    {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try identity.chain(),
            privateKey: .privateKey(try NIOSSLPrivateKey(file: identity.key, format: .pem))
        )
        if verifyingClients {
            configuration.trustRoots = .file(authority)
            // A client has no host name to verify.
            configuration.certificateVerification = .noHostnameVerification
        }
        return configuration
    }

    /// Returns the configuration of a plain TLS client, for tests of a server's own behavior.
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
    /// Returns a copy for a server that reports the server name (SNI) each client sends (RFC 6066 section 3).
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
