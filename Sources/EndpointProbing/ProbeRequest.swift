// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import NIOCore
import NIOHTTP1
import NIOSSL
import NetworkAddress
import ResolutionModel

/// The validated HTTP check of a probe.
package struct ProbeRequest: Sendable {
    private let check: ResolverConfiguration.Probes.Check.HTTP
    private let tls: NIOSSLContext?
    /// The context for names that NIOSSL does not compare: see ``RequiredName/verification``.
    private let tlsWithoutNames: NIOSSLContext?

    init(_ check: ResolverConfiguration.Probes.Check.HTTP) throws(ConfigurationError) {
        guard check.path.utf8.first == UInt8(ascii: "/"), check.path.isVisible else {
            throw ConfigurationError(
                setting: "probes.check.path",
                message: "\"\(check.path)\" is not a path; it must begin with / and be percent-encoded"
            )
        }
        if let host = check.host, host.isEmpty || !host.isVisible {
            throw ConfigurationError(
                setting: "probes.check.host",
                message: "\"\(host)\" is not a host; set a name, with a port if it is needed"
            )
        }
        guard check.expectedStatuses.overlaps(200...599) else {
            throw ConfigurationError(
                setting: "probes.check.expectedStatuses",
                message:
                    "no response has a status within \(check.expectedStatuses); set a range such as 200...399"
            )
        }
        self.check = check
        if let settings = check.tls {
            let most: CertificateVerification = settings.verifiesServer ? .fullVerification : .none
            tls = try settings.makeContext(most)
            tlsWithoutNames = try settings.makeContext(settings.verifiesServer ? .noHostnameVerification : .none)
        } else {
            (tls, tlsWithoutNames) = (nil, nil)
        }
    }

    func expects(_ status: Int) -> Bool { check.expectedStatuses.contains(status) }

    /// Returns the head of the request. It tells the server to close the connection, since no other request follows.
    func head(for target: HostPort) -> HTTPRequestHead {
        let headers: HTTPHeaders = [
            "host": check.host ?? target.description,
            "user-agent": "swift-consul-resolver",
            "accept": "*/*",
            "connection": "close",
        ]
        return HTTPRequestHead(version: .http1_1, method: .GET, uri: check.path, headers: headers)
    }

    /// Returns the handler that encrypts the connection; `nil` if the check does not use TLS.
    ///
    /// An address is not a valid server name (RFC 6066 section 3): without a name, the certificate must have the
    /// address. With a name, the certificate must have the name; having the address is not enough.
    func tlsHandler(for target: HostPort) throws -> NIOSSLClientHandler? {
        guard let tls, let tlsWithoutNames, let settings = check.tls else { return nil }
        guard let host = settings.serverName ?? target.hostName else {
            return try NIOSSLClientHandler(context: tls, serverHostname: nil)
        }
        let name = RequiredName(host)
        guard settings.verifiesServer else { return try NIOSSLClientHandler(context: tls, serverHostname: name.name) }
        return try NIOSSLClientHandler._makeSSLClientHandler(
            context: name.verification == .fullVerification ? tls : tlsWithoutNames,
            serverHostname: name.name
        ) { certificate, channel in
            channel.eventLoop.makeCompletedFuture { try name.check(certificate) }
        }
    }
}

extension HostPort {
    /// The host if it is a name.
    fileprivate var hostName: String? {
        if case .name(let name) = host { name } else { nil }
    }
}

extension ResolverConfiguration.Probes.TLS {
    fileprivate func makeContext(_ verification: CertificateVerification) throws(ConfigurationError) -> NIOSSLContext {
        if let serverName {
            guard case .name = Host(serverName) else {
                throw ConfigurationError(
                    setting: "probes.check.tls.serverName",
                    message: "\"\(serverName)\" is not a host name; set the name that the certificate has"
                )
            }
        }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.certificateVerification = verification
        // Once the status is known, an orderly TLS shutdown is of no use. With the default of 5 s, a silent peer would
        // delay the next probe.
        configuration.shutdownTimeout = .milliseconds(10)
        do {
            if let roots = try trustRoots.certificates() { configuration.trustRoots = .certificates(roots) }
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw ConfigurationError(setting: "probes.check.tls.trustRoots", message: "\(error)")
        }
    }
}

extension String {
    /// True if the string has no character that could end a line or a word of a request (RFC 9112 section 3).
    fileprivate var isVisible: Bool { utf8.allSatisfy { (0x21...0x7e).contains($0) } }
}
