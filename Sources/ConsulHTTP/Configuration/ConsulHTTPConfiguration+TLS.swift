// SPDX-License-Identifier: Apache-2.0

import NetworkAddress

extension ConsulHTTPConfiguration {
    /// Verification of the agent and the client's own certificate. TLS 1.2 or later.
    ///
    /// ``ConsulHTTPConfiguration/address`` decides whether TLS is used. Files are read once, when the client is
    /// created.
    public struct TLS: Hashable, Sendable {
        /// The trusted certificate authorities. More sources may be added.
        public struct TrustRoots: Hashable, Sendable {
            enum Source: Hashable {
                case system
                case file(String)
                case directory(String)
            }

            let source: Source

            /// The authorities that the system trusts.
            public static let system = TrustRoots(source: .system)

            /// Only the certificates in a PEM file.
            public static func file(_ path: String) -> TrustRoots { TrustRoots(source: .file(path)) }

            /// Only the certificates in the PEM files of a directory. Files may have any name.
            public static func directory(_ path: String) -> TrustRoots { TrustRoots(source: .directory(path)) }
        }

        /// The client's certificate, for agents with `verify_incoming`.
        public struct ClientCertificate: Hashable, Sendable {
            /// The PEM file with the certificate, followed by any intermediate certificates.
            public var certificateFile: String

            /// The PEM file with the private key, without a passphrase.
            public var privateKeyFile: String

            /// Creates a client certificate from a certificate file and a key file.
            public init(certificateFile: String, privateKeyFile: String) {
                self.certificateFile = certificateFile
                self.privateKeyFile = privateKeyFile
            }
        }

        /// The trusted certificate authorities. Default ``TrustRoots/system``.
        public var trustRoots: TrustRoots = .system

        /// The client's certificate. Default `nil`: the client presents none.
        public var clientCertificate: ClientCertificate?

        /// The name that the agent's certificate must have, such as `server.dc1.consul`, with or without a dot at the
        /// end. Default `nil`: the host of the address, either a name or an IP address. An IP address is not valid
        /// here.
        ///
        /// If the host is a name, a certificate for the IP address that the name resolves to is refused, as in curl and
        /// Consul's own client.
        public var serverName: String?

        /// True to verify the agent's certificate. Default `true`. Without verification, an attacker on the network can
        /// read tokens and forge answers.
        public var verifiesServer = true

        /// Creates the default settings.
        package init() {}

        /// True if the text is a host name. IP addresses are not valid: server name indication has none (RFC 6066
        /// section 3), and NIOSSL compares an IP address only with the address of the connection.
        static func isServerName(_ text: String) -> Bool {
            if case .name = Host(text) { true } else { false }
        }
    }
}
