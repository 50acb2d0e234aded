// SPDX-License-Identifier: Apache-2.0

package import NIOCore
package import NIOSSL

/// A name that a server's certificate has to have.
///
/// NIOSSL is content if a certificate has the name or the IP address that was connected to. Every certificate of
/// Consul's own authority has 127.0.0.1 in it, that of any client included, so that the name would prove nothing:
/// `verify_server_hostname` exists because of that. Hence the name is looked for once more, before anything is sent.
package struct RequiredName: Sendable {
    /// The certificate has other names.
    package struct Missing: Error, CustomStringConvertible {
        package var description: String { "the certificate is for another name" }
    }

    /// The name as a server is asked for it: without the dot that marks a name as complete, which neither certificates
    /// (RFC 5280 section 4.2.1.6) nor server names (RFC 6066 section 3) have.
    package let name: String

    /// - Parameter name: The name of a host, with a dot at the end or without.
    package init(_ name: String) {
        self.name = (name.last == "." ? String(name.dropLast()) : name).lowercased()
    }

    /// The verification that NIOSSL is to do: of everything, unless the name has an underscore. Certificates of private
    /// authorities have such names (Docker's services do), Go takes them, and NIOSSL does not.
    package var verification: CertificateVerification {
        name.contains("_") ? .noHostnameVerification : .fullVerification
    }

    /// Fails if the other end of a connection has shown a certificate without the name, and closes the connection:
    /// AsyncHTTPClient forgets one that it could not initialize, and leaves it open.
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

    /// Whether a certificate for `pattern` is one for this name: by letters without case, where a star stands for the
    /// whole first label and nothing else (RFC 6125 section 6.4.3).
    func matches(_ pattern: String) -> Bool {
        let pattern = pattern.lowercased()
        if pattern == name { return true }
        guard pattern.hasPrefix("*."), let dot = name.firstIndex(of: "."), dot > name.startIndex else { return false }
        return name[dot...] == pattern.dropFirst()
    }
}
