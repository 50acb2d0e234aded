// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOSSL

/// A name that the agent's certificate has to have.
///
/// NIOSSL is content if a certificate has the name or the IP address that was connected to. Every certificate of
/// Consul's own authority has 127.0.0.1 in it, that of any client included, so that the name would prove nothing:
/// `verify_server_hostname` exists because of that. Hence the name is looked for once more, before the first request.
struct RequiredName: Sendable {
    /// The certificate has other names.
    struct Missing: Error {}

    private let name: String

    init(_ name: String) {
        // A dot at the end marks a name as complete; certificates have none (RFC 6125 appendix B.2 follows RFC 5280).
        self.name = (name.last == "." ? String(name.dropLast()) : name).lowercased()
    }

    /// Fails if the other end of a connection has shown a certificate without the name, and closes the connection:
    /// AsyncHTTPClient forgets one that it could not initialize, and leaves it open.
    func check(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.nioSSL_peerCertificate().flatMapThrowing { certificate in
            guard let certificate, isName(of: certificate) else { throw Missing() }
        }.flatMapError { error in
            channel.close(promise: nil)
            return channel.eventLoop.makeFailedFuture(error)
        }
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
