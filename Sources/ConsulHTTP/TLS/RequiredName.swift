// SPDX-License-Identifier: Apache-2.0

package import NIOCore
package import NIOSSL

/// A name that a server's certificate has to have.
///
/// NIOSSL accepts a certificate that has either the name or the IP address of the connection. Every certificate of
/// Consul's own authority contains 127.0.0.1, those of clients included, so the name would be no proof; this is the
/// reason why `verify_server_hostname` exists. Therefore the name is checked once more before any request is sent.
package struct RequiredName: Sendable {
    /// The certificate has other names.
    package struct Missing: Error, CustomStringConvertible {
        package var description: String { "the certificate is for another name" }
    }

    /// The name in lower case, without a trailing dot: names in certificates (RFC 5280 section 4.2.1.6) and server name
    /// indications (RFC 6066 section 3) have none.
    package let name: String

    /// - Parameter name: A host name, with or without a trailing dot.
    package init(_ name: String) {
        self.name = (name.last == "." ? String(name.dropLast()) : name).lowercased()
    }

    /// The verification by NIOSSL: of everything, unless the name has an underscore. Certificates of private
    /// authorities have such names (for Docker's services, for example); Go accepts them, and NIOSSL does not.
    package var verification: CertificateVerification {
        name.contains("_") ? .noHostnameVerification : .fullVerification
    }

    /// Checks the certificate of a connection's peer. If the name is missing, it fails and closes the connection: after
    /// a failed initializer, AsyncHTTPClient forgets the connection and leaves it open.
    package func check(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.nioSSL_peerCertificate().flatMapThrowing { certificate in
            guard let certificate else { throw Missing() }
            try check(certificate)
        }.flatMapError { error in
            channel.close(promise: nil)
            return channel.eventLoop.makeFailedFuture(error)
        }
    }

    /// - Throws: ``Missing``.
    package func check(_ certificate: NIOSSLCertificate) throws {
        guard isName(of: certificate) else { throw Missing() }
    }

    private func isName(of certificate: NIOSSLCertificate) -> Bool {
        certificate._subjectAlternativeNames().contains { alternative in
            alternative.nameType == .dnsName
                && alternative.contents.withUnsafeBufferPointer { matches(String(decoding: $0, as: UTF8.self)) }
        }
    }

    /// True if a certificate for `pattern` is valid for this name. Letters are compared without case; a star matches
    /// the whole first label only (RFC 6125 section 6.4.3).
    func matches(_ pattern: String) -> Bool {
        let pattern = pattern.lowercased()
        if pattern == name { return true }
        guard pattern.hasPrefix("*."), let dot = name.firstIndex(of: "."), dot > name.startIndex else { return false }
        return name[dot...] == pattern.dropFirst()
    }
}
