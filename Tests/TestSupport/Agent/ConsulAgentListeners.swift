// SPDX-License-Identifier: Apache-2.0

/// What an agent listens on beside DNS and plain HTTP.
public struct ConsulAgentListeners: Sendable, Hashable {
    /// The HTTP API over TLS.
    public struct HTTPS: Sendable, Hashable {
        /// The certificate of the agent.
        public var identity: TestIdentity
        /// The authority that a client's certificate has to be of; nil lets in clients without one.
        public var clientAuthority: String?

        /// TLS with this certificate.
        public init(_ identity: TestIdentity, clientAuthority: String? = nil) {
            self.identity = identity
            self.clientAuthority = clientAuthority
        }
    }

    /// The HTTP API over TLS, on ``ConsulAgentPorts/https``.
    public var https: HTTPS?
    /// Whether the HTTP API can be had at ``ConsulAgent/unixSocket``.
    public var unixSocket: Bool

    /// The listeners; none by default.
    public init(https: HTTPS? = nil, unixSocket: Bool = false) {
        self.https = https
        self.unixSocket = unixSocket
    }

    /// What they ask of the configuration file. Plain HTTP stays: the test itself talks to the agent that way.
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
