// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import NIOCore
import NIOHTTP1
import NIOSSL
import NetworkAddress

/// What is asked of an endpoint over HTTP, checked.
struct ProbeRequest: Sendable {
    private let check: ServiceResolver.Configuration.Probes.Check.HTTP
    private let tls: NIOSSLContext?
    /// For names that NIOSSL does not compare: see ``RequiredName/verification``.
    private let tlsWithoutNames: NIOSSLContext?

    init(_ check: ServiceResolver.Configuration.Probes.Check.HTTP) throws(ConfigurationError) {
        guard check.path.utf8.first == UInt8(ascii: "/"), check.path.isVisible else {
            throw ConfigurationError(
                variable: "probes.check.path",
                message: "\"\(check.path)\" is not a path; it should begin with / and be percent-encoded"
            )
        }
        if let host = check.host, host.isEmpty || !host.isVisible {
            throw ConfigurationError(
                variable: "probes.check.host",
                message: "\"\(host)\" is not a host; it should be a name, and a port if need be"
            )
        }
        guard check.expectedStatuses.overlaps(200...599) else {
            throw ConfigurationError(
                variable: "probes.check.expectedStatuses",
                message:
                    "no answer has a status within \(check.expectedStatuses); it should be something like 200...399"
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

    /// The request itself. The server is told that there is no other, so that it need not keep the connection.
    func head(for target: HostPort) -> HTTPRequestHead {
        let headers: HTTPHeaders = [
            "host": check.host ?? target.description,
            "user-agent": "swift-consul-resolver",
            "accept": "*/*",
            "connection": "close",
        ]
        return HTTPRequestHead(version: .http1_1, method: .GET, uri: check.path, headers: headers)
    }

    /// What encrypts the connection; `nil` if nothing should.
    ///
    /// An address is no server name (RFC 6066 section 3): without one, the certificate has to name the address. Where there
    /// is a name, the certificate has to have it; the address that it may have as well is not enough.
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

extension ServiceResolver.Configuration.Probes.TLS {
    fileprivate func makeContext(_ verification: CertificateVerification) throws(ConfigurationError) -> NIOSSLContext {
        if let serverName {
            guard case .name = Host(serverName) else {
                throw ConfigurationError(
                    variable: "probes.check.tls.serverName",
                    message: "\"\(serverName)\" is not the name of a host, for which a certificate could be verified"
                )
            }
        }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.certificateVerification = verification
        // What is still to be said once the status is known is of no interest, and a silent peer would keep the place of
        // the next probe for 5 s.
        configuration.shutdownTimeout = .milliseconds(10)
        do {
            if case .file(let path) = trustRoots.source {
                configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(path))
            }
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw ConfigurationError(variable: "probes.check.tls.trustRoots", message: "\(error)")
        }
    }
}

extension String {
    /// Whether there is nothing in it that could end a line or a word of a request (RFC 9112 section 3).
    fileprivate var isVisible: Bool { utf8.allSatisfy { (0x21...0x7e).contains($0) } }
}
