// SPDX-License-Identifier: Apache-2.0

public import ConsulHTTP

extension ResolverConfiguration.Probes {
    /// The TLS settings of probes. Probes use TLS 1.2 or later.
    public struct TLS: Hashable, Sendable {
        /// True if the endpoint's certificate is verified. Default `true`. If false, a passing probe does not prove the
        /// identity of the server.
        public var verifiesServer = true

        /// The certificate authorities that are trusted, by default those of the system. Files are read once, when the
        /// resolver is created.
        public var trustRoots = ConsulHTTPConfiguration.TLS.TrustRoots.system

        /// The server name that is sent to the endpoint, and that the certificate must have. It must not be an address.
        /// Default `nil`: the endpoint's own host, be it a name or an address. If the host is a name, a certificate
        /// that only has the address of that name fails the probe.
        public var serverName: String?

        /// Creates the default settings.
        public init() {}
    }
}
