// SPDX-License-Identifier: Apache-2.0

extension ServiceResolver.Configuration.Probes {
    /// How probes use TLS. TLS 1.2 or later.
    public struct TLS: Hashable, Sendable {
        /// Whose signature is trusted. More sources may be added.
        public struct TrustRoots: Hashable, Sendable {
            enum Source: Hashable {
                case system
                case file(String)
            }

            let source: Source

            /// Whom the system trusts.
            public static let system = TrustRoots(source: .system)

            /// The certificates in a PEM file, and nobody else. The file is read once, when the resolver is made.
            public static func file(_ path: String) -> TrustRoots { TrustRoots(source: .file(path)) }
        }

        /// Whether the endpoint's certificate is verified. Default `true`. Without, a probe says that somebody answers,
        /// and not who.
        public var verifiesServer = true

        /// Whose signature is trusted. Default ``TrustRoots/system``.
        public var trustRoots: TrustRoots = .system

        /// The name that is asked for, and that the certificate must have. Default `nil`: the endpoint's own host, be it
        /// a name or an address. Not an address. Where the host is a name, a certificate that only has the address which the
        /// name stands for fails the probe.
        public var serverName: String?

        /// The defaults.
        public init() {}
    }
}
