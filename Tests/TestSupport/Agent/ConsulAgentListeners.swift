// SPDX-License-Identifier: Apache-2.0

/// The listeners of an agent in addition to DNS and plain HTTP.
public struct ConsulAgentListeners: Sendable, Hashable {
    /// The HTTP API over TLS.
    public struct HTTPS: Sendable, Hashable {
        /// The certificate of the agent.
        public var identity: TestIdentity
        /// The authority that must have signed a client's certificate; nil admits clients without a certificate.
        public var clientAuthority: String?

        /// Makes an HTTPS listener with this certificate.
        public init(_ identity: TestIdentity, clientAuthority: String? = nil) {
            self.identity = identity
            self.clientAuthority = clientAuthority
        }
    }

    /// The HTTP API over TLS, on ``ConsulAgentPorts/https``.
    public var https: HTTPS?
    /// True if the HTTP API is also available at ``ConsulAgent/unixSocket``.
    public var unixSocket: Bool

    /// Makes a set of listeners; empty by default.
    public init(https: HTTPS? = nil, unixSocket: Bool = false) {
        self.https = https
        self.unixSocket = unixSocket
    }

    /// Returns the settings for these listeners. Plain HTTP stays, because the tests themselves use it.
    func configuration(socket: String) -> JSONObject {
        var configuration: JSONObject = [:]
        if unixSocket {
            configuration = configuration.merging(["addresses": ["http": .string("unix://\(socket) 127.0.0.1")]])
        }
        guard let https else { return configuration }
        let files: JSONObject = [
            "cert_file": .string(https.identity.certificate), "key_file": .string(https.identity.key),
        ]
        guard let authority = https.clientAuthority else { return configuration.merging(files) }
        return configuration.merging(files)
            .merging(["ca_file": .string(authority), "verify_incoming_https": true])
    }
}
