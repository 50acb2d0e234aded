// SPDX-License-Identifier: Apache-2.0

extension ConsulHTTPClient.Configuration {
    /// How the agent is told from an impostor, and how it recognizes us. TLS 1.2 or later.
    ///
    /// Whether there is TLS at all is said by ``ConsulHTTPClient/Configuration/address``. Files are read once, when the
    /// client is made.
    public struct TLS: Hashable, Sendable {
        /// Whose signature is trusted.
        public struct TrustRoots: Hashable, Sendable {
            enum Source: Hashable {
                case system
                case file(String)
                case directory(String)
            }

            let source: Source

            /// Whom the system trusts.
            public static let system = TrustRoots(source: .system)

            /// The certificates in a PEM file, and nobody else.
            public static func file(_ path: String) -> TrustRoots { TrustRoots(source: .file(path)) }

            /// The certificates in all PEM files of a directory, and nobody else. The names of the files do not matter.
            public static func directory(_ path: String) -> TrustRoots { TrustRoots(source: .directory(path)) }
        }

        /// A certificate that says who we are, for agents with `verify_incoming`.
        public struct ClientCertificate: Hashable, Sendable {
            /// The PEM file with the certificate, and with those between it and the authority.
            public var certificateFile: String

            /// The PEM file with the private key, which has no passphrase.
            public var privateKeyFile: String

            /// A certificate and its key.
            public init(certificateFile: String, privateKeyFile: String) {
                self.certificateFile = certificateFile
                self.privateKeyFile = privateKeyFile
            }
        }

        /// Whose signature is trusted. Default ``TrustRoots/system``.
        public var trustRoots: TrustRoots = .system

        /// Who we are. Default `nil`: nobody in particular.
        public var clientCertificate: ClientCertificate?

        /// The name that the agent's certificate must have, such as `server.dc1.consul`, with a dot at the end or without.
        /// Default `nil`: the host of the address, be it a name or an IP address. Not an IP address.
        ///
        /// Where the host is a name, a certificate for the IP address that the name stands for is refused, as curl and
        /// Consul's own client do.
        public var serverName: String?

        /// Whether the agent's certificate is verified at all. Default `true`. Without, anybody on the way can read
        /// tokens and write answers.
        public var verifiesServer = true

        /// The defaults.
        public init() {}
    }
}
